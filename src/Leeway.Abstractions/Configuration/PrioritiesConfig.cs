namespace Leeway;

/// <summary>The three presets of deadline and trigger.</summary>
public sealed record PrioritiesConfig
{
    public PriorityConfig Urgent { get; init; } = new();

    public PriorityConfig Standard { get; init; } = new()
    {
        Deadline = TimeSpan.FromHours(1),
        Seal = new SealConfig { Requests = 1000, Age = TimeSpan.FromMinutes(15) },
    };

    public PriorityConfig Low { get; init; } = new()
    {
        Deadline = TimeSpan.FromHours(24),
        Seal = new SealConfig { Requests = 10_000 },
        Windows = [new WindowConfig { From = new TimeOnly(2, 0), To = new TimeOnly(6, 0) }],
    };
}

/// <summary>One preset.</summary>
public sealed record PriorityConfig
{
    /// <summary>From acceptance; zero means now, which is answered in real time.</summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>What is null here falls back to the batch lane's trigger.</summary>
    public SealConfig Seal { get; init; } = new();

    /// <summary>When batches of this priority are sealed; none is at any hour.</summary>
    public IReadOnlyList<WindowConfig> Windows { get; init; } = [];
}

/// <summary>What seals a batch, whichever comes first; null is no such trigger.</summary>
public sealed record SealConfig
{
    /// <summary>Whether the triggers decide alone; null here is the batch lane's.</summary>
    public SealMode? Mode { get; init; }

    /// <summary>USD that a batch counts as costing beside its requests: calls, polls, a place among the account's jobs. Above zero; for <see cref="SealMode.Adaptive"/>.</summary>
    public decimal? JobCost { get; init; }

    public int? Requests { get; init; }

    /// <summary>Age of the oldest request in the group.</summary>
    public TimeSpan? Age { get; init; }

    public long? Bytes { get; init; }

    public long? Tokens { get; init; }
}

/// <summary>What decides when a pool is sealed.</summary>
public enum SealMode
{
    /// <summary>The triggers alone.</summary>
    Fixed,

    /// <summary>What waiting costs, learnt from the arrivals; the triggers stay as bounds.</summary>
    Adaptive,
}
