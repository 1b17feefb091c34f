namespace Leeway.Storage.Postgres;

/// <summary>How long callers wait for a server that is away.</summary>
/// <param name="Connect">For a connection; then they are refused.</param>
/// <param name="Commit">For what became of a commit whose answer was lost: not knowing is worse than waiting.</param>
internal sealed record PostgresPatience(TimeSpan Connect, TimeSpan Commit)
{
    /// <summary>Long enough for a server to restart.</summary>
    public static PostgresPatience Default { get; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
}
