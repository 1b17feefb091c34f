namespace Leeway.Economics.Decisions;

/// <summary>What is known of a workload. Null is unknown: a rule that needs it says nothing.</summary>
public sealed record WorkloadProfile
{
    /// <summary>How long a result may take that nobody waits for.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>The share of requests that somebody waits for, 0 to 1. These need an answer at once, whatever <see cref="Latency"/> says.</summary>
    public required double Urgent { get; init; }

    /// <summary>Requests a day, the urgent ones included.</summary>
    public double? RequestsPerDay { get; init; }

    /// <summary>Requests that gather in one batch; null: as many as come within <see cref="Latency"/>, but at most within a day.</summary>
    public double? RequestsPerBatch { get; init; }

    /// <summary>The share of the volume that can be foreseen, 0 to 1: by a schedule, or by the same hour of earlier days.</summary>
    public double? Predictability { get; init; }

    /// <summary>How much cost weighs against latency, 0 (only latency) to 1 (only cost).</summary>
    public double? CostWeight { get; init; }

    /// <summary>Whether revenue is lost while a result is missing, as in a checkout.</summary>
    public bool? RevenueCritical { get; init; }

    /// <summary>The model's name at the provider, to put money on the verdict.</summary>
    public string? Model { get; init; }

    /// <summary>Tokens of an average request.</summary>
    public TokenUsage? Tokens { get; init; }

    /// <summary>Requests a day that nobody waits for.</summary>
    public double? DeferrablePerDay => RequestsPerDay * (1 - Urgent);

    /// <summary>Requests in a batch: given, or what gathers; null when neither is known.</summary>
    public double? Gathered => RequestsPerBatch ?? (DeferrablePerDay * Days);

    /// <summary>The days for which a batch gathers.</summary>
    internal double Days => Math.Min(Latency.TotalDays, 1);
}
