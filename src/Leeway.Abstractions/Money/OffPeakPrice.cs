namespace Leeway;

/// <summary>What a model costs in some hours of the day. A lane without a price of its own costs what it costs at other hours.</summary>
/// <param name="Windows">The hours, at least one span; open while any of them is.</param>
/// <param name="RealTime">The list price in them.</param>
public sealed record OffPeakPrice(IReadOnlyList<WindowConfig> Windows, LanePrice? RealTime)
{
    /// <summary>The price in a provider batch.</summary>
    public LanePrice? Batch { get; init; }

    /// <summary>The price on a flex tier.</summary>
    public LanePrice? Flex { get; init; }

    /// <summary>The price on a priority tier.</summary>
    public LanePrice? PriorityTier { get; init; }

    /// <summary>Whether it holds.</summary>
    public bool Holds(DateTimeOffset at)
    {
        foreach (WindowConfig window in Windows)
        {
            if (window.Contains(at))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether two say the same, span by span.</summary>
    public static bool Same(OffPeakPrice? left, OffPeakPrice? right) => left is null || right is null
        ? left is null && right is null
        : left.Windows.SequenceEqual(right.Windows) && left with { Windows = right.Windows } == right;

    /// <summary>When it begins or ends to hold next, or a span of it does, later than <paramref name="after"/>.</summary>
    public DateTimeOffset NextChange(DateTimeOffset after) => Windows.Min(window =>
    {
        DateTimeOffset opening = window.NextOpening(after);
        DateTimeOffset close = window.NextClose(after);
        return opening < close ? opening : close;
    });
}
