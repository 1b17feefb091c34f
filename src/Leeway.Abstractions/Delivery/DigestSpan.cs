using System.Globalization;

namespace Leeway;

/// <summary>What a digest tells of: what ended from one instant on and before another. Printed, it is the subject of the delivery.</summary>
/// <param name="Since">The first instant, UTC.</param>
/// <param name="Until">The instant after the last, UTC.</param>
public readonly record struct DigestSpan(DateTimeOffset Since, DateTimeOffset Until)
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Print(Since)}/{Print(Until)}");

    /// <summary>Reads the printed form; false for anything else.</summary>
    public static bool TryParse(string text, out DigestSpan span)
    {
        span = default;
        string[] ends = text.Split('/');
        if (ends.Length != 2 || !TryRead(ends[0], out DateTimeOffset since) || !TryRead(ends[1], out DateTimeOffset until))
        {
            return false;
        }

        span = new DigestSpan(since, until);
        return true;
    }

    private static string Print(DateTimeOffset at) => at.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture);

    private static bool TryRead(string text, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at);
}
