namespace Leeway.Simulation.Stores;

/// <summary>A batch in memory with everyone ever sealed into it.</summary>
internal sealed class StoredBatch(BatchRecord record, StoredMember[] members)
{
    public BatchRecord Record { get; set; } = record;

    public StoredMember[] Members => members;
}

/// <summary>A membership: the attempt that the batch is for the request, and how that ended.</summary>
internal struct StoredMember(StoredRequest request, int attempt)
{
    public readonly StoredRequest Request = request;
    public readonly int Attempt = attempt;
    public string? Outcome;
}
