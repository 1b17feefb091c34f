namespace Leeway.Economics;

/// <summary>The names under which a price may be listed when the asked one is not.</summary>
internal static class ModelNames
{
    // Bedrock's regional inference profiles, which cost what the region's own endpoint costs. Not among them: global, which may cost less.
    private static readonly string[] s_regions = ["us.", "eu.", "apac.", "jp.", "au.", "ca.", "us-gov."];

    /// <summary>The name without the region of a Bedrock inference profile (<c>eu.anthropic.claude-…</c>); the name itself when it has none.</summary>
    public static ReadOnlySpan<char> WithoutRegion(ReadOnlySpan<char> name)
    {
        foreach (string region in s_regions)
        {
            // A vendor follows, and another dot; gpt-4.1 and its like are no profiles.
            if (name.StartsWith(region, StringComparison.Ordinal) && name[region.Length..].Contains('.'))
            {
                return name[region.Length..];
            }
        }

        return name;
    }

    /// <summary>Vendors name dated snapshots after the model: <c>name-2024-08-06</c>, <c>name-20251001</c>, <c>name@20251001</c>.</summary>
    /// <returns>The name without its date; the name itself when it ends in none.</returns>
    public static ReadOnlySpan<char> WithoutDate(ReadOnlySpan<char> name)
    {
        if (name.Length > 11 && name[^11] == '-' && name[^6] == '-' && name[^3] == '-' && IsDate(name[^10..^6], name[^5..^3], name[^2..]))
        {
            return name[..^11];
        }

        return name.Length > 9 && name[^9] is '-' or '@' && IsDate(name[^8..^4], name[^4..^2], name[^2..]) ? name[..^9] : name;
    }

    private static bool IsDate(ReadOnlySpan<char> year, ReadOnlySpan<char> month, ReadOnlySpan<char> day) =>
        Number(year) is >= 2000 and <= 2999 && Number(month) is >= 1 and <= 12 && Number(day) is >= 1 and <= 31;

    private static int Number(ReadOnlySpan<char> digits)
    {
        int number = 0;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return -1;
            }

            number = (number * 10) + (digit - '0');
        }

        return number;
    }
}
