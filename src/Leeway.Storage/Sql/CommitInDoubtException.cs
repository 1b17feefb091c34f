namespace Leeway.Storage.Sql;

/// <summary>The connection broke during a commit, and what became of it cannot be asked now.</summary>
internal sealed class CommitInDoubtException(string message, Exception inner) : Exception(message, inner);
