namespace Leeway.Economics.Scenarios;

/// <summary>Requests of one sort.</summary>
public sealed record Workload
{
    public Workload(string name, decimal requestsPerDay, long inputTokens, long outputTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(requestsPerDay);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(requestsPerDay, ScenarioLimits.RequestsPerDay);
        ArgumentOutOfRangeException.ThrowIfNegative(inputTokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputTokens, ScenarioLimits.TokensPerRequest);
        ArgumentOutOfRangeException.ThrowIfNegative(outputTokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputTokens, ScenarioLimits.TokensPerRequest);
        Name = name;
        RequestsPerDay = requestsPerDay;
        InputTokens = inputTokens;
        OutputTokens = outputTokens;
    }

    public string Name { get; }

    public decimal RequestsPerDay { get; }

    /// <summary>Tokens of one request on average.</summary>
    public long InputTokens { get; }

    /// <summary>Tokens of one answer on average.</summary>
    public long OutputTokens { get; }

    /// <summary>Null: nothing is alike.</summary>
    public PrefixCache? Cache { get; init; }

    /// <summary>How long an answer may take; null when nobody said.</summary>
    public TimeSpan? Deadline { get; init; }
}
