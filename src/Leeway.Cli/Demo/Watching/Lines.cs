namespace Leeway.Cli.Demo.Watching;

/// <summary>Open requests of one priority in one state.</summary>
internal sealed record OpenRequests(string Priority, string State, int Requests);

/// <summary>Sums of the gateway's ledger, in USD.</summary>
internal sealed record CostLine(string Name, long Requests, decimal Spent, decimal List, decimal Saved, long Unpriced, long Duplicates)
{
    public static readonly CostLine Nothing = new("", 0, 0, 0, 0, 0, 0);
}

/// <summary>A provider batch.</summary>
internal sealed record BatchLine(
    string State, string Priority, string Model, int Requests, int Completed, int Failed, DateTimeOffset SealedAt, DateTimeOffset? CollectedAt)
{
    public bool IsOpen => State is not ("collected" or "abandoned");
}

/// <summary>A deferred request.</summary>
internal sealed record RequestLine(
    string Id, string State, string Priority, string Lane, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, bool DeadlineMet)
{
    public bool IsEnded => State is "succeeded" or "failed" or "expired" or "cancelled";
}
