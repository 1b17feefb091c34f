namespace Leeway;

/// <summary>What is promised when a request says little, too much or the impossible.</summary>
public sealed record DeadlinesConfig
{
    /// <summary>For a request that says nothing; zero means now.</summary>
    public TimeSpan Default { get; init; }

    /// <summary>The furthest deadline accepted.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromDays(7);

    public InfeasibleRule Infeasible { get; init; } = InfeasibleRule.Offer;

    /// <summary>The least chance of a result in time, within (0, 1), with which a deadline is promised.</summary>
    public double Confidence { get; init; } = 0.95;
}

/// <summary>The answer to a deadline that no lane can meet.</summary>
public enum InfeasibleRule
{
    /// <summary>Refuse.</summary>
    Reject = 0,

    /// <summary>Refuse with the alternatives and their prices.</summary>
    Offer = 1,

    /// <summary>Answer at once, at the real-time price.</summary>
    RealTime = 2,
}

/// <summary>Keeping the connection of a deferred call open.</summary>
public sealed record HoldConfig
{
    /// <summary>Below ten minutes, where common SDKs give up.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary>Between two comments on a held stream.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);
}
