namespace Leeway;

/// <summary>Which requests to list; null means any.</summary>
public sealed record RequestFilter
{
    /// <summary>Only those that this team owns.</summary>
    public string? Team { get; init; }

    /// <summary>Only these states.</summary>
    public IReadOnlyList<RequestState>? States { get; init; }

    /// <summary>Only this run; changes the order to oldest first.</summary>
    public RunId? Run { get; init; }

    /// <summary>Only members of this batch.</summary>
    public BatchId? Batch { get; init; }

    /// <summary>Only this priority.</summary>
    public Priority? Priority { get; init; }

    /// <summary>Only this model.</summary>
    public string? Model { get; init; }

    /// <summary>Whether results' bodies are read too.</summary>
    public bool WithResults { get; init; }
}
