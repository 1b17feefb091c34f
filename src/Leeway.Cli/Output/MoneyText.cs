using System.Globalization;

namespace Leeway.Cli.Output;

/// <summary>US dollars with more digits the smaller the amount.</summary>
internal static class MoneyText
{
    private const int SignificantDigits = 3;
    private const int MostDecimals = 12;

    /// <summary><c>$12.34</c>, <c>$0.0123</c>, <c>$0.000123</c>; <c>unpriced</c> when unknown.</summary>
    public static string Of(decimal? amount)
    {
        if (amount is not { } value)
        {
            return "unpriced";
        }

        decimal size = Math.Abs(value);
        int decimals = 2;
        if (size is > 0 and < 1)
        {
            decimals = SignificantDigits;
            for (decimal bound = 0.1m; size < bound && decimals < MostDecimals; bound /= 10)
            {
                decimals++;
            }
        }

        decimal rounded = Math.Round(size, decimals);
        string digits = rounded == 0 ? "0.00" : rounded.ToString("0.00" + new string('#', decimals - 2), CultureInfo.InvariantCulture);
        return (value < 0 ? "-$" : "$") + digits;
    }

    /// <summary>What was saved, as a share of what it would have cost: <c>50 %</c>.</summary>
    public static string Share(decimal? saved, decimal? list) =>
        saved is { } part && list is > 0 ? string.Create(CultureInfo.InvariantCulture, $"{part / list.Value * 100:0} %") : "–";
}
