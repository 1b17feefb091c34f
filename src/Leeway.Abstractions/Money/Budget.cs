using System.Globalization;

namespace Leeway;

/// <summary>What may be spent in a period of the UTC calendar. Written <c>200/month</c>; without a period it is for all time.</summary>
/// <param name="Amount">USD, from <see cref="LeastAmount"/> to <see cref="MostAmount"/>.</param>
/// <param name="Per">How often it begins anew.</param>
public sealed record Budget(decimal Amount, BudgetPeriod Per)
{
    /// <summary>The smallest amount, USD.</summary>
    public const decimal LeastAmount = 0.000001m;

    /// <summary>The largest amount, USD: what a store counts in billionths of a dollar fits into 64 bits.</summary>
    public const decimal MostAmount = 1_000_000_000;

    private const int MonthsInYear = 12;

    /// <summary>Reads <c>200/month</c>, <c>5.50/day</c> or <c>1000</c>.</summary>
    /// <returns>Null when it is none, or its amount is too small or too large.</returns>
    public static Budget? Parse(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        BudgetPeriod? per = slash < 0 ? BudgetPeriod.Total : text[(slash + 1)..] switch
        {
            "day" => BudgetPeriod.Day,
            "month" => BudgetPeriod.Month,
            _ => null,
        };
        return per is { } found
            && decimal.TryParse(slash < 0 ? text : text[..slash], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount)
            && amount is >= LeastAmount and <= MostAmount
            ? new Budget(amount, found)
            : null;
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Amount.ToString("0.#########", CultureInfo.InvariantCulture) + (Per switch
    {
        BudgetPeriod.Day => "/day",
        BudgetPeriod.Month => "/month",
        _ => "",
    });

    /// <summary>The number of the period that an instant is in: of periods of one kind, later ones have larger numbers.</summary>
    public long PeriodOf(DateTimeOffset at)
    {
        DateTime utc = at.UtcDateTime;
        return Per switch
        {
            BudgetPeriod.Day => DateOnly.FromDateTime(utc).DayNumber,
            BudgetPeriod.Month => (utc.Year * MonthsInYear) + utc.Month - 1,
            _ => 0,
        };
    }

    /// <summary>When the period that an instant is in ends, UTC; null when it never does.</summary>
    public DateTimeOffset? EndOf(DateTimeOffset at)
    {
        DateTime utc = at.UtcDateTime;
        return Per switch
        {
            BudgetPeriod.Day => new DateTimeOffset(utc.Date, TimeSpan.Zero).AddDays(1),
            BudgetPeriod.Month => new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1),
            _ => null,
        };
    }
}

/// <summary>How often a budget begins anew.</summary>
public enum BudgetPeriod
{
    /// <summary>Never.</summary>
    Total,

    /// <summary>At midnight UTC.</summary>
    Day,

    /// <summary>On the first of a month, at midnight UTC.</summary>
    Month,
}
