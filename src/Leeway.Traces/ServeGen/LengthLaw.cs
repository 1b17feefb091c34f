using System.Globalization;

namespace Leeway.Traces.ServeGen;

/// <summary>A distribution of token counts, from probabilities per length.</summary>
internal sealed class LengthLaw
{
    private readonly int[] _lengths;
    private readonly double[] _cumulative;

    private LengthLaw(int[] lengths, double[] cumulative) => (_lengths, _cumulative) = (lengths, cumulative);

    /// <summary>Reads <c>{45: 0.0097, 46: 0.0117}</c>.</summary>
    /// <returns>Null when it is empty.</returns>
    /// <exception cref="FormatException">It is something else.</exception>
    public static LengthLaw? Parse(string text)
    {
        string[] pairs = text.Trim().Trim('{', '}').Split(',', StringSplitOptions.RemoveEmptyEntries);
        var lengths = new int[pairs.Length];
        var cumulative = new double[pairs.Length];
        double sum = 0;
        for (int i = 0; i < pairs.Length; i++)
        {
            string[] pair = pairs[i].Split(':');
            if (pair.Length != 2)
            {
                throw new FormatException($"'{pairs[i].Trim()}' is no length with its probability.");
            }

            lengths[i] = int.Parse(pair[0], NumberStyles.Integer | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
            sum += double.Parse(pair[1], CultureInfo.InvariantCulture);
            cumulative[i] = sum;
        }

        return sum > 0 ? new LengthLaw(lengths, cumulative) : null;
    }

    public int Draw(IRandomSource random)
    {
        int at = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
        return _lengths[Math.Min(at < 0 ? ~at : at, _lengths.Length - 1)];
    }
}
