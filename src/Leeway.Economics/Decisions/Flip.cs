namespace Leeway.Economics.Decisions;

/// <summary>A change of one input alone that changes the verdict.</summary>
/// <param name="Input">What would change.</param>
/// <param name="Value">Where it is; null when unknown.</param>
/// <param name="Threshold">Where the verdict changes.</param>
/// <param name="Above">Whether the other verdict lies above the threshold, or below.</param>
/// <param name="Included">Whether the threshold itself gives the other verdict.</param>
/// <param name="Verdict">The other verdict.</param>
public sealed record Flip(ProfileInput Input, double? Value, double Threshold, bool Above, bool Included, Verdict Verdict)
{
    /// <summary>How far away it is, in the unit of the input; null when the input is unknown.</summary>
    public double? Distance => Value is { } value ? Math.Abs(value - Threshold) : null;
}
