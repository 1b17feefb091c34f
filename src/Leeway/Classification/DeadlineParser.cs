using System.Globalization;

namespace Leeway.Classification;

/// <summary>
/// Reads a deadline as people write it: <c>now</c>; a duration from acceptance (<c>90s</c>, <c>15m</c>, <c>6h</c>, <c>2d</c>,
/// <c>1h30m</c>); a clock time in the local zone (<c>07:00</c>, its next occurrence; a time skipped by a clock change moves forward by the
/// gap, a repeated one is the earlier); or an instant with its zone (RFC 3339).
/// </summary>
public static class DeadlineParser
{
    /// <summary>Longer texts are refused unread.</summary>
    public const int MaxLength = 64;

    private const string Remedy =
        "Write now, a duration such as 15m, 6h or 1h30m, a clock time such as 07:00, or an instant with its zone such as 2026-11-24T07:00:00Z.";

    private static readonly string[] s_instantForms =
        ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <param name="text">As received.</param>
    /// <param name="now">Acceptance.</param>
    /// <param name="local">The zone of clock times.</param>
    /// <param name="max">The furthest deadline accepted, from <paramref name="now"/>.</param>
    public static DeadlineReading Parse(string text, DateTimeOffset now, TimeZoneInfo local, TimeSpan max)
    {
        ReadOnlySpan<char> value = text.AsSpan().Trim();
        if (value.IsEmpty)
        {
            return Refuse(DeadlineError.Empty, text, "The deadline is empty.");
        }

        if (value.Length > MaxLength)
        {
            return Refuse(DeadlineError.TooLong, text, $"The deadline '{Printable.Of(text)}' has {value.Length} characters; at most {MaxLength} are read.");
        }

        if (value.Equals("now", StringComparison.OrdinalIgnoreCase))
        {
            return new DeadlineReading(now, true, null);
        }

        if (TryReadDuration(value, out TimeSpan duration, out bool negative))
        {
            return negative || duration == TimeSpan.Zero
                ? Refuse(DeadlineError.NotPositive, text, $"The deadline '{Printable.Of(text)}' leaves no time.", "For an immediate answer write now; else a positive duration such as 15m.")
                : duration > max
                    ? TooFar(text, now, max)
                    : new DeadlineReading(now + duration, false, null);
        }

        if (value.Length == 5 && TimeOnly.TryParseExact(value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time))
        {
            return Bounded(LocalClock.Next(time, now, local), text, now, max);
        }

        return LooksLikeDate(value)
            ? ReadInstant(value, text, now, max)
            : Refuse(DeadlineError.Unreadable, text, $"'{Printable.Of(text)}' is not a deadline.");
    }

    private static DeadlineReading ReadInstant(ReadOnlySpan<char> value, string text, DateTimeOffset now, TimeSpan max)
    {
        if (!DateOnly.TryParseExact(value[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            return Refuse(DeadlineError.Unreadable, text, $"'{Printable.Of(text)}' is not a deadline: there is no such day.");
        }

        bool zoned = value[^1] is 'Z' or 'z' || (value.Length > 16 && value[^3] == ':' && value[^6] is '+' or '-');
        if (!zoned)
        {
            return Refuse(
                DeadlineError.NoZone,
                text,
                $"The deadline '{Printable.Of(text)}' names no zone, so it is not one instant.",
                "Write the date and time and end it with Z or an offset, such as 2026-11-24T07:00:00Z or 2026-11-24T07:00:00+01:00.");
        }

        return DateTimeOffset.TryParseExact(value.ToString().ToUpperInvariant(), s_instantForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset at)
            ? Bounded(at.ToUniversalTime(), text, now, max)
            : Refuse(DeadlineError.Unreadable, text, $"'{Printable.Of(text)}' is not an instant: the day, the time or its form is not valid.");
    }

    private static DeadlineReading Bounded(DateTimeOffset at, string text, DateTimeOffset now, TimeSpan max)
    {
        if (at <= now)
        {
            return Refuse(
                DeadlineError.Past,
                text,
                $"The deadline '{Printable.Of(text)}' is over: it is {Printable.Of(now)} now.",
                "Give an instant in the future, or a duration such as 15m.");
        }

        return at - now > max ? TooFar(text, now, max) : new DeadlineReading(at, false, null);
    }

    /// <summary>Numbers with a unit each, larger units first, each once: <c>1d12h</c>. An overlong number is read as the longest time there is.</summary>
    private static bool TryReadDuration(ReadOnlySpan<char> text, out TimeSpan duration, out bool negative)
    {
        negative = text[0] == '-';
        duration = TimeSpan.Zero;
        ReadOnlySpan<char> rest = negative ? text[1..] : text;
        if (rest is "0")
        {
            return true;
        }

        double seconds = 0;
        double lastUnit = double.MaxValue;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0)
            {
                return false;
            }

            double unit = rest[digits] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => double.MaxValue };
            if (unit >= lastUnit)
            {
                return false;
            }

            seconds += double.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture) * unit;
            lastUnit = unit;
            rest = rest[(digits + 1)..];
        }

        // Whole seconds are exact in a double far beyond this bound.
        duration = seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds((long)seconds) : TimeSpan.MaxValue;
        return lastUnit != double.MaxValue;
    }

    private static bool LooksLikeDate(ReadOnlySpan<char> text) =>
        text.Length >= 10 && text[4] == '-' && text[7] == '-' && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[3]);

    private static DeadlineReading TooFar(string text, DateTimeOffset now, TimeSpan max) => Refuse(
        DeadlineError.TooFar,
        text,
        $"The deadline '{Printable.Of(text)}' is further away than the {Printable.Of(max)} that are accepted.",
        $"Give a deadline of at most {Printable.Of(max)}, which is {Printable.Of(now + max)}, or raise deadlines.max.");

    private static DeadlineReading Refuse(DeadlineError error, string text, string message, string remedy = Remedy) =>
        new(default, false, new DeadlineProblem(error, Printable.Of(text), message, remedy));
}
