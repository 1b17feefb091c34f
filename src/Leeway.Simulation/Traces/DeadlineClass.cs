namespace Leeway.Simulation.Traces;

/// <summary>A share of the requests with one deadline.</summary>
/// <param name="Name">As written, e.g. <c>15m</c>.</param>
/// <param name="Wait">From acceptance to deadline.</param>
/// <param name="Share">Of all requests, within (0, 1].</param>
public sealed record DeadlineClass(string Name, TimeSpan Wait, double Share)
{
    /// <summary>Reads <c>15m:20,1h:30,24h:50</c>: deadlines with their parts, which need not add up to 100. Without a part each counts the same.</summary>
    /// <exception cref="FormatException">A part is no duration in s, m, h or d, or no number above zero.</exception>
    public static IReadOnlyList<DeadlineClass> ParseMix(string text)
    {
        var parts = new List<(string Name, TimeSpan Wait, double Part)>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split(':');
            double weight = 1;
            if (pair.Length > 2 || (pair.Length == 2 && !(double.TryParse(pair[1].TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture, out weight) && weight is > 0 and < 1e9)))
            {
                throw new FormatException($"'{part}' is no deadline with its share, such as 15m:20.");
            }

            parts.Add((pair[0], Duration(pair[0]), weight));
        }

        double sum = parts.Sum(static part => part.Part);
        return parts.Count is > 0 and <= byte.MaxValue
            ? [.. parts.Select(part => new DeadlineClass(part.Name, part.Wait, part.Part / sum))]
            : throw new FormatException("There is no deadline; write for instance 15m:20,1h:30,24h:50.");
    }

    private static TimeSpan Duration(string text)
    {
        double seconds = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        return seconds > 0 && double.TryParse(text[..^1], System.Globalization.CultureInfo.InvariantCulture, out double count) && count * seconds is >= 1 and <= 31 * 86400
            ? TimeSpan.FromSeconds(count * seconds)
            : throw new FormatException($"'{text}' is no duration from 1 s to 31 d, such as 90s, 15m, 6h or 2d.");
    }
}
