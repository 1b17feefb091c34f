namespace Leeway.Storage.Archives;

/// <summary>A backup that cannot be used, a store that cannot take it, or a copy that is not what it was made from. Nothing was changed.</summary>
public sealed class ArchiveException(string message, Exception? inner = null) : IOException(message, inner);
