using System.Globalization;

namespace Leeway.Simulation.Laws;

/// <summary>
/// Turnarounds that somebody observed, each as likely as the next. The file is text with one duration in seconds a line, <c>never</c> for a
/// batch that expired or was given up; empty lines and what follows a <c>#</c> are left out, and of separated values the first counts.
/// </summary>
internal sealed class ObservedLaw : IBatchLaw
{
    private readonly double[] _seconds;
    private readonly int _never;
    private readonly Draws _draws;

    private ObservedLaw(string name, double[] seconds, int never, int seed)
    {
        (Name, _seconds, _never) = (name, seconds, never);
        _draws = new Draws(seed, "turnaround");
    }

    public string Name { get; }

    public string Assumes => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: turnaround drawn from {_seconds.Length + _never} observed ones, between two neighbours in a straight line{(_never > 0 ? $"; {_never} of them never came" : "")}.");

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line is neither a duration nor <c>never</c>, or there is none.</exception>
    public static ObservedLaw Parse(string name, IEnumerable<string> lines, int seed)
    {
        var seconds = new List<double>();
        int never = 0, number = 0;
        foreach (string line in lines)
        {
            number++;
            string value = line.Split('#')[0].Split(',', ';', '\t')[0].Trim();
            if (value.Equals("never", StringComparison.OrdinalIgnoreCase))
            {
                never++;
            }
            else if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double duration) && duration > 0 && double.IsFinite(duration))
            {
                seconds.Add(duration);
            }
            else if (value.Length > 0 && !(seconds.Count == 0 && never == 0))
            {
                // A first line that is no number is the header.
                throw new FormatException($"Line {number} of {name} is '{value}': neither seconds nor 'never'.");
            }
        }

        if (seconds.Count + never == 0)
        {
            throw new FormatException($"{name} holds no turnaround: one duration in seconds a line is read, or 'never'.");
        }

        seconds.Sort();
        return new ObservedLaw(name, [.. seconds], never, seed);
    }

    public TimeSpan Turnaround(DateTimeOffset submittedAt)
    {
        double u = _draws.For(submittedAt).NextDouble() * (_seconds.Length + _never);
        if (u >= _seconds.Length)
        {
            return TimeSpan.MaxValue;
        }

        // The i-th of n sits in the middle of its n-th of probability.
        double at = Math.Clamp(u - 0.5, 0, _seconds.Length - 1);
        int low = (int)at;
        double high = _seconds[Math.Min(low + 1, _seconds.Length - 1)];
        return TimeSpan.FromSeconds(Math.Min(_seconds[low] + ((at - low) * (high - _seconds[low])), TimeSpan.MaxValue.TotalSeconds / 4));
    }
}
