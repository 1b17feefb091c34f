namespace Leeway.Storage.Sql;

/// <summary>A row that the transaction demands is not there.</summary>
internal sealed class RowMissingException() : Exception("A row that the transaction demands is not there.");
