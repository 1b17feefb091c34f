namespace Leeway.Economics.Scenarios;

/// <summary>A printed figure beside the one that follows.</summary>
/// <param name="Claim">As printed.</param>
/// <param name="Follows">USD or per cent; null when unknown.</param>
/// <param name="Agrees">Equal to the digits that were printed; null when unknown.</param>
public sealed record ClaimCheck(Claim Claim, decimal? Follows, bool? Agrees)
{
    /// <summary>
    /// Whether <paramref name="exact"/> rounds to <paramref name="printed"/>: 1,030 USD stand for 1,025 to 1,035, 17,400 for 17,350 to 17,450.
    /// The zeros of a percentage count as digits: 50 % stand for 49.5 to 50.5.
    /// </summary>
    public static bool Rounds(decimal exact, decimal printed, bool isShare)
    {
        decimal unit = 1;
        if (isShare && printed == Math.Truncate(printed))
        {
            return Math.Abs(exact - printed) <= unit / 2;
        }

        if (printed == Math.Truncate(printed))
        {
            while (printed != 0 && printed % (unit * 10) == 0)
            {
                unit *= 10;
            }
        }
        else
        {
            while (printed % unit != 0)
            {
                unit /= 10;
            }
        }

        return Math.Abs(exact - printed) <= unit / 2;
    }
}
