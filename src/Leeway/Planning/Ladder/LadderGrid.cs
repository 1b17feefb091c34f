namespace Leeway.Planning.Ladder;

/// <summary>
/// Instants by the seconds left to the deadline, ascending from 0: fine in the last minutes, one try of the flex tier apart for two hours,
/// then each a share further than the last, so that a week needs some two hundred.
/// </summary>
internal sealed class LadderGrid
{
    private const double Finest = 10;
    private const double FinestUntil = 60;
    private const double FineUntil = 180;
    private const int EvenSteps = 130;
    private const double Growth = 1.06;

    private readonly double[] _left;

    /// <summary>Creates a grid.</summary>
    /// <param name="step">Between two tries.</param>
    /// <param name="horizon">The longest slack.</param>
    public LadderGrid(TimeSpan step, TimeSpan horizon)
    {
        double even = Math.Clamp(step.TotalSeconds, 30, 300);
        var left = new List<double> { 0 };
        while (left[^1] < FineUntil)
        {
            left.Add(left[^1] + (left[^1] < FinestUntil ? Finest : 2 * Finest));
        }

        for (int i = 0; i < EvenSteps; i++)
        {
            left.Add(left[^1] + even);
        }

        while (left[^1] < horizon.TotalSeconds)
        {
            left.Add(left[^1] * Growth);
        }

        _left = [.. left];
        Step = even;
    }

    /// <summary>Points.</summary>
    public int Count => _left.Length;

    /// <summary>Seconds between two tries, as gridded.</summary>
    public double Step { get; }

    /// <summary>Seconds left at a point.</summary>
    public double this[int index] => _left[index];

    /// <summary>The last point that has no more than <paramref name="slack"/> left: planning with less slack than there is errs on the safe side.</summary>
    public int Floor(TimeSpan slack)
    {
        int index = Array.BinarySearch(_left, slack.TotalSeconds);
        return Math.Max(index >= 0 ? index : ~index - 1, 0);
    }

    /// <summary>The first point that has at least so many seconds left.</summary>
    public int Ceiling(double seconds)
    {
        int index = Array.BinarySearch(_left, seconds);
        return Math.Min(index >= 0 ? index : ~index, Count - 1);
    }
}
