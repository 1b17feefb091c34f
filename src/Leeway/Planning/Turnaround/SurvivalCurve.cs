namespace Leeway.Planning.Turnaround;

/// <summary>
/// P(T &gt; t) of a duration that may never end: a step function that falls at each of its points and is level after the last, so that what
/// is left there is the chance of never. Immutable.
/// </summary>
public sealed class SurvivalCurve
{
    private readonly double[] _seconds;
    private readonly double[] _survival;

    /// <summary>Creates a curve.</summary>
    /// <param name="seconds">Where it falls, ascending, above zero.</param>
    /// <param name="survival">What is left from each point on, descending, within [0, 1].</param>
    /// <exception cref="ArgumentException">The points are not in order or not probabilities.</exception>
    public SurvivalCurve(ReadOnlySpan<double> seconds, ReadOnlySpan<double> survival)
    {
        if (seconds.Length != survival.Length)
        {
            throw new ArgumentException($"{seconds.Length} points but {survival.Length} values.", nameof(survival));
        }

        for (int i = 0; i < seconds.Length; i++)
        {
            double before = i == 0 ? 1 : survival[i - 1];
            if (!(seconds[i] > (i == 0 ? 0 : seconds[i - 1])) || !(survival[i] >= 0 && survival[i] <= before))
            {
                throw new ArgumentException($"Point {i} ({seconds[i]} s, {survival[i]}) is out of order.", nameof(seconds));
            }
        }

        (_seconds, _survival) = (seconds.ToArray(), survival.ToArray());
    }

    /// <summary>What never ends.</summary>
    public static SurvivalCurve Never { get; } = new([], []);

    /// <summary>The chance that it never ends.</summary>
    public double Forever => _survival.Length == 0 ? 1 : _survival[^1];

    /// <summary>Where the curve falls, seconds.</summary>
    public ReadOnlySpan<double> Seconds => _seconds;

    /// <summary>What is left from each of <see cref="Seconds"/> on.</summary>
    public ReadOnlySpan<double> Survival => _survival;

    /// <summary>P(T &gt; <paramref name="age"/>).</summary>
    public double At(TimeSpan age)
    {
        int index = Array.BinarySearch(_seconds, age.TotalSeconds);
        index = index >= 0 ? index : ~index - 1;
        return index < 0 ? 1 : _survival[index];
    }

    /// <summary>P(T &gt; <paramref name="age"/> + <paramref name="more"/> | T &gt; <paramref name="age"/>); 1 where nothing reaches that age.</summary>
    public double Beyond(TimeSpan age, TimeSpan more) => At(age) is > 0 and var reached ? At(age + more) / reached : 1;

    /// <summary>The least t with P(T ≤ t) ≥ <paramref name="probability"/>; null when that never comes.</summary>
    public TimeSpan? Quantile(double probability)
    {
        for (int i = 0; i < _survival.Length; i++)
        {
            if (1 - _survival[i] >= probability)
            {
                return TimeSpan.FromSeconds(_seconds[i]);
            }
        }

        return null;
    }
}
