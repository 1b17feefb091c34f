namespace Leeway;

/// <summary>How deferred work travels.</summary>
public sealed record LanesConfig
{
    public BatchLaneConfig Batch { get; init; } = new();

    public PlannerConfig Planner { get; init; } = new();

    public FlexLaneConfig Flex { get; init; } = new();
}

/// <summary>The provider batch lane.</summary>
public sealed record BatchLaneConfig
{
    /// <summary>Used where a priority says nothing of its own.</summary>
    public SealConfig Seal { get; init; } = new()
    {
        Mode = SealMode.Fixed,
        JobCost = 0.01m,
        Requests = 1000,
        Bytes = 90_000_000,
        Tokens = 2_000_000,
        Age = TimeSpan.FromMinutes(15),
    };

    public PollConfig Poll { get; init; } = new();

    /// <summary>Assumed time from submit to collected result, for the last safe moment, until real figures exist.</summary>
    public TimeSpan Turnaround { get; init; } = TimeSpan.FromMinutes(30);

    public RescueConfig Rescue { get; init; } = new();

    public QuarantineConfig Quarantine { get; init; } = new();
}

/// <summary>How often a submitted batch is asked for.</summary>
public sealed record PollConfig
{
    public TimeSpan Min { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan Max { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>Moving at-risk requests to real time.</summary>
public sealed record RescueConfig
{
    /// <summary>Kept free before the deadline, beyond the estimated service time.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Rescues in flight at once.</summary>
    public int Concurrency { get; init; } = 32;

    /// <summary>USD a UTC day that rescues may cost beyond the price of the batches they are taken from; null is no bound.</summary>
    public decimal? Budget { get; init; }

    /// <summary>Whether a used-up budget also ends rescues at their last safe moment, so that late requests expire.</summary>
    public bool HardBudget { get; init; }
}

/// <summary>Batches whose create may or may not have happened.</summary>
public sealed record QuarantineConfig
{
    /// <summary>How long such a batch is looked for before create is tried again: providers show a batch late.</summary>
    public TimeSpan Adopt { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long after a repeated create its twin is watched for.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Between two looks.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>The lane of a vendor's slower, cheaper tier in real time: it refuses at no charge when it has no room.</summary>
public sealed record FlexLaneConfig
{
    /// <summary>Whether it is used at all; where it is, a deployment needs the tier and a price for it.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How long an accepted try may take: vendors aim at 1 to 15 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Between a refusal and the next try of the same request.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Tries in flight at once.</summary>
    public int Concurrency { get; init; } = 1024;
}
