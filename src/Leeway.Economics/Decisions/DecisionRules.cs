using static Leeway.Economics.Decisions.MeasureUnit;
using static Leeway.Economics.Decisions.RulePart;

namespace Leeway.Economics.Decisions;

/// <summary>
/// The article's lists "choose batch if", "choose real-time if" and "choose hybrid if" as a table. Weights: 3 where users or revenue may
/// be hurt, 2 where the gain is decided, 1 where it is only eased. A hybrid is the decision for batches on the part nobody waits for; so
/// what its rules say of volume and cost counts for that part at any mix. Otherwise one urgent request more could defer others.
/// </summary>
public static class DecisionRules
{
    /// <summary>Under it, only an immediate answer will do.</summary>
    public static readonly TimeSpan Immediate = TimeSpan.FromSeconds(5);

    /// <summary>A batch needs more than this.</summary>
    public static readonly TimeSpan Batchable = TimeSpan.FromMinutes(5);

    /// <summary>A batch should have more requests than this.</summary>
    public const double EnoughPerBatch = 100;

    /// <summary>Fewer deferrable requests a day are hardly worth the while.</summary>
    public const double FewPerDay = 100;

    /// <summary>More requests a day are a high volume.</summary>
    public const double ManyPerDay = 10_000;

    /// <summary>From this share of foreseeable volume on, a workload is predictable. The article names no number.</summary>
    public const double Predictable = 0.5;

    /// <summary>Above it, cost weighs more than latency.</summary>
    public const double EvenWeights = 0.5;

    /// <summary>From this weight on, cost is important. The article names no number.</summary>
    public const double CostMatters = 0.25;

    /// <summary>All rules, in the article's order.</summary>
    public static IReadOnlyList<DecisionRule> All { get; } =
    [
        new("batch.latency", Verdict.Batch, "results may take more than 5 minutes", Requires, 0, Seconds, Batchable.TotalSeconds, Latency, Above(Batchable.TotalSeconds)),
        new("batch.predictable", Verdict.Batch, "the volume is predictable", For, 1, Share, Predictable, profile => profile.Predictability, share => share >= Predictable),
        new("batch.gathers", Verdict.Batch, "more than 100 requests gather in a batch", For, 2, Requests, EnoughPerBatch, profile => profile.Gathered, Above(EnoughPerBatch)),
        new("batch.cost", Verdict.Batch, "cost weighs more than latency", For, 2, Share, EvenWeights, Cost, Above(EvenWeights)),
        new("batch.deferrable", Verdict.Batch, "nobody waits for any of it", Splits, 0, Share, 0, Urgent, share => share <= 0),
        new("realtime.latency", Verdict.RealTime, "results must come within 5 seconds", Splits, 0, Seconds, Immediate.TotalSeconds, Latency, seconds => seconds < Immediate.TotalSeconds),
        new("realtime.unpredictable", Verdict.RealTime, "requests arrive unpredictably", Against, 1, Share, Predictable, profile => profile.Predictability, share => share < Predictable),
        new("realtime.volume", Verdict.RealTime, "fewer than 100 requests a day could wait", Against, 2, RequestsPerDay, FewPerDay, profile => profile.DeferrablePerDay, requests => requests < FewPerDay),
        new("realtime.experience", Verdict.RealTime, "somebody waits for all of it", Splits, 0, Share, 1, Urgent, share => share >= 1),
        new("realtime.revenue", Verdict.RealTime, "revenue is lost while a result is missing", Against, 3, YesOrNo, 1, Critical, critical => critical >= 1),
        new("hybrid.mixed", Verdict.Hybrid, "somebody waits for a part of it", Splits, 0, Share, 0, Urgent, share => share is > 0 and < 1),
        new("hybrid.volume", Verdict.Hybrid, "more than 10,000 requests a day", For, 1, RequestsPerDay, ManyPerDay, profile => profile.RequestsPerDay, Above(ManyPerDay)),
        new("hybrid.cost", Verdict.Hybrid, "cost is important, and what somebody waits for is kept apart", For, 1, Share, CostMatters, Cost, weight => weight >= CostMatters),
    ];

    private static double? Latency(WorkloadProfile profile) => profile.Latency.TotalSeconds;

    private static double? Urgent(WorkloadProfile profile) => profile.Urgent;

    private static double? Cost(WorkloadProfile profile) => profile.CostWeight;

    private static double? Critical(WorkloadProfile profile) => profile.RevenueCritical is { } critical ? (critical ? 1 : 0) : null;

    private static Func<double, bool> Above(double threshold) => value => value > threshold;
}
