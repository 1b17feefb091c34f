namespace Leeway.Advisor.Advice;

/// <summary>What the caller knows better than the trace.</summary>
public sealed record AdviceOptions
{
    /// <summary>Replaces the share assumed for classes that give no sign; null: <see cref="AdviceAssumptions.WithoutEvidence"/>.</summary>
    public ShareRange? Deferrable { get; init; }

    /// <summary>The instant whose prices hold.</summary>
    public required DateTimeOffset PricesAt { get; init; }
}
