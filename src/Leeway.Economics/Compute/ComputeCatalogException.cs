namespace Leeway.Economics.Compute;

/// <summary>A compute catalogue that cannot be used. The message names the file, the entry and the field.</summary>
public sealed class ComputeCatalogException(string file, string at, string problem, Exception? inner = null)
    : Exception($"{file}: {(at.Length > 0 ? at + " " : "")}{problem}", inner);
