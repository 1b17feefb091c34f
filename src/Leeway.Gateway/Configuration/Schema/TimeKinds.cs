using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Leeway.Gateway.Configuration.Schema;

/// <summary>A span such as <c>90s</c>, <c>15m</c>, <c>6h</c>, <c>2d</c> or <c>1h30m</c>. With <paramref name="Now"/>, zero is the word <c>now</c>.</summary>
internal sealed record DurationKind(bool Zero, bool Now) : ScalarKind
{
    private const string NowWord = "now";
    private static readonly TimeSpan s_max = TimeSpan.FromDays(3660);
    private static readonly (string Suffix, TimeSpan Length)[] s_units =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    public override string Name => Now ? "a duration or the word now" : "a duration";

    public override string Example => "15m";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = $"^(([0-9]+(ms|[dhms]))+{(Now ? "|now" : "")})$" };

    public override object? Parse(string text, out string why)
    {
        why = "";
        if (Now && text == NowWord)
        {
            return TimeSpan.Zero;
        }

        TimeSpan sum = TimeSpan.Zero;
        int at = 0;
        int unit = -1;
        while (at < text.Length)
        {
            int digits = text.AsSpan(at).IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0)
            {
                why = digits < 0 ? "a unit is missing (ms, s, m, h or d)" : "";
                return null;
            }

            int letters = text.AsSpan(at + digits).IndexOfAnyInRange('0', '9');
            string suffix = letters < 0 ? text[(at + digits)..] : text.Substring(at + digits, letters);
            int found = Array.FindIndex(s_units, candidate => candidate.Suffix == suffix);
            if (found <= unit || !int.TryParse(text.AsSpan(at, digits), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            {
                return null;
            }

            if (count > s_max / s_units[found].Length)
            {
                why = "the most is ten years";
                return null;
            }

            sum += s_units[found].Length * count;
            unit = found;
            at += digits + suffix.Length;
        }

        if (sum == TimeSpan.Zero && unit >= 0 && !Zero && !Now)
        {
            why = "it must be more than zero";
            return null;
        }

        return unit < 0 ? null : sum;
    }

    public override string Format(object value)
    {
        TimeSpan rest = (TimeSpan)value;
        if (rest == TimeSpan.Zero)
        {
            return Now ? NowWord : "0s";
        }

        StringBuilder text = new();
        foreach ((string suffix, TimeSpan length) in s_units)
        {
            long count = rest.Ticks / length.Ticks;
            rest -= length * count;
            text.Append(count > 0 ? $"{count}{suffix}" : "");
        }

        // Whole days read best as hours up to two of them: the field says 24h.
        return text.ToString() == "1d" ? "24h" : text.ToString();
    }
}

/// <summary>A time of day, written <c>02:00</c>.</summary>
internal sealed record TimeOfDayKind : ScalarKind
{
    private const string Pattern = "HH:mm";

    public override string Name => "a time of day";

    public override string Example => "02:00";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "^([01][0-9]|2[0-3]):[0-5][0-9]$" };

    public override object? Parse(string text, out string why)
    {
        why = "";
        return TimeOnly.TryParseExact(text, Pattern, CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time) ? time : null;
    }

    public override string Format(object value) => ((TimeOnly)value).ToString(Pattern, CultureInfo.InvariantCulture);
}

/// <summary>An IANA zone that this machine knows, or <c>local</c>.</summary>
internal sealed record TimeZoneKind : ScalarKind
{
    public override string Name => "a time zone";

    public override string Example => "Europe/Berlin";

    public override JsonObject Schema => new() { ["type"] = "string" };

    public override object? Parse(string text, out string why)
    {
        why = "the system's zone data does not name it";
        return text == WindowConfig.LocalZone || (text.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(text, out _)) ? text : null;
    }
}
