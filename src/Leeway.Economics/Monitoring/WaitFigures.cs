namespace Leeway.Economics.Monitoring;

/// <summary>Percentiles of waits, each the smallest wait that so many were not above (nearest rank).</summary>
/// <param name="Count">Waits.</param>
/// <param name="P50">Half of them were not longer.</param>
/// <param name="P95">19 of 20 were not longer.</param>
/// <param name="P99">99 of 100 were not longer.</param>
public sealed record WaitFigures(int Count, TimeSpan P50, TimeSpan P95, TimeSpan P99)
{
    /// <summary>Of some waits; null when there are none.</summary>
    public static WaitFigures? Of(IEnumerable<TimeSpan> waits)
    {
        TimeSpan[] sorted = [.. waits.Order()];
        return sorted.Length == 0 ? null : new WaitFigures(sorted.Length, At(0.50), At(0.95), At(0.99));

        TimeSpan At(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
