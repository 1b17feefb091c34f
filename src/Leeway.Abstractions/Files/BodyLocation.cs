namespace Leeway;

/// <summary>A request body that stays in the batch file it came with. Whoever keeps one holds the file (<see cref="IFileStore.HoldAsync"/>).</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Of the body's first byte.</param>
/// <param name="Length">In bytes.</param>
public readonly record struct BodyLocation(FileId File, long Offset, int Length);
