using Leeway.Planning.Turnaround;

namespace Leeway.Planning.Ladder;

/// <summary>
/// What the choice among the lanes of one deployment rests on. Prices are shares of the real-time price, which is 1; so are the shadow prices.
/// </summary>
public sealed record LadderTerms
{
    /// <summary>The batch price; null when there is no batch lane.</summary>
    public double? BatchPrice { get; init; }

    /// <summary>The flex price; null when there is no flex lane.</summary>
    public double? FlexPrice { get; init; }

    /// <summary>From a batch's submission to its collection.</summary>
    public SurvivalCurve Turnaround { get; init; } = SurvivalCurve.Never;

    /// <summary>A bound of <see cref="Turnaround"/> that holds with what few batches were seen: P(miss) is reckoned with it, costs are not; null: the curve itself.</summary>
    public SurvivalCurve? TurnaroundAtMost { get; init; }

    /// <summary>From a real-time start to the result, retries and back-off included.</summary>
    public required SurvivalCurve RealTime { get; init; }

    /// <summary>The flex tier; null when there is no flex lane.</summary>
    public FlexForecast? Flex { get; init; }

    /// <summary>How long a request waits in its pool before its batch is submitted; leaving the pool costs nothing.</summary>
    public TimeSpan Pooling { get; init; }

    /// <summary>The chance that a member of a batch that was answered elsewhere is billed by the batch all the same.</summary>
    public double AbandonedBilled { get; init; }

    /// <summary>How long a cancelled batch goes on working, and billing.</summary>
    public TimeSpan CancelLag { get; init; }

    /// <summary>P(miss) may not exceed this.</summary>
    public double Risk { get; init; } = 0.001;

    /// <summary>P(miss), given that the request had to be answered in real time, may not exceed this.</summary>
    public double RescueRisk { get; init; } = 0.02;

    /// <summary>Kept free before the deadline at least, though never more than a quarter of the slack.</summary>
    public TimeSpan Margin { get; init; }

    /// <summary>Whether one outage may hit batch and real time at once, so that their chances of being late must not be multiplied.</summary>
    public bool SharedFate { get; init; }

    /// <summary>What the shared limits are worth at present.</summary>
    public ShadowPrice Shadow { get; init; }

    /// <summary>The longest slack that is planned for.</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromDays(7);
}
