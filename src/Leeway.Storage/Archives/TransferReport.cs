namespace Leeway.Storage.Archives;

/// <summary>What was carried from one store to another.</summary>
/// <param name="From">Where it came from.</param>
/// <param name="To">Where it is.</param>
/// <param name="Schema">The schema it came in.</param>
/// <param name="Tables">Tables, in the order of their names.</param>
/// <param name="Contents">Contents of files.</param>
/// <param name="Gone">Contents that a row names and that were not there: files removed while they were copied.</param>
public sealed record TransferReport(
    string From, string To, int Schema, IReadOnlyList<TableReport> Tables, IReadOnlyList<ContentReport> Contents, IReadOnlyList<Guid> Gone);

/// <summary>A table that was carried.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Bytes">How long they are.</param>
/// <param name="Checksum">The sum of the rows' hashes, in hexadecimal.</param>
public sealed record TableReport(string Name, IReadOnlyList<string> Columns, long Rows, long Bytes, string Checksum);

/// <summary>A content that was carried.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Sha256">Its hash, in hexadecimal.</param>
public sealed record ContentReport(Guid Id, long Bytes, string Sha256);

/// <summary>How far a transfer is.</summary>
/// <param name="What">What is carried: a table, or <c>files</c>.</param>
/// <param name="Step">What is done with it.</param>
/// <param name="Count">Rows or contents so far.</param>
/// <param name="Bytes">Bytes so far.</param>
/// <param name="IsDone">Whether this part is done.</param>
public readonly record struct TransferProgress(string What, TransferStep Step, long Count, long Bytes, bool IsDone);

/// <summary>A step of a transfer.</summary>
public enum TransferStep
{
    /// <summary>It is copied.</summary>
    Copy = 0,

    /// <summary>It is read back and compared.</summary>
    Check = 1,
}
