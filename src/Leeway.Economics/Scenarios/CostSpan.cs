using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.Scenarios;

/// <summary>The time that a cost is for.</summary>
public enum CostSpan
{
    Day,

    /// <summary>A month of 30 days.</summary>
    Month30Days,

    /// <summary>A month of 730 hours.</summary>
    Month730Hours,
}

/// <summary>Arithmetic of spans.</summary>
public static class CostSpans
{
    private static readonly Figure s_hoursPerDay = Figure.Constant(24, Unit.Hour / Unit.Day);
    private static readonly Figure s_daysPerMonth = Figure.Constant(30, Unit.Day / Unit.Month);
    private static readonly Figure s_hoursPerMonth = Figure.Constant(730, Unit.Hour / Unit.Month);

    public static Unit UnitOf(this CostSpan span) => span == CostSpan.Day ? Unit.Day : Unit.Month;

    /// <summary>How many of a thing per day there are in the span.</summary>
    internal static Figure Of(this CostSpan span, Figure perDay) => span switch
    {
        CostSpan.Day => perDay,
        CostSpan.Month30Days => perDay * s_daysPerMonth,
        _ => perDay * s_hoursPerMonth / s_hoursPerDay,
    };

    /// <summary>The hours of the span.</summary>
    internal static Figure Hours(this CostSpan span) => span switch
    {
        CostSpan.Day => s_hoursPerDay,
        CostSpan.Month30Days => s_daysPerMonth * s_hoursPerDay,
        _ => s_hoursPerMonth,
    };

    /// <summary>What a thing per month is in the span, a day being a part of <paramref name="month"/>.</summary>
    internal static Figure OfMonthly(this CostSpan span, Figure perMonth, MonthLength month) => (span, month) switch
    {
        (CostSpan.Day, MonthLength.Days30) => perMonth / s_daysPerMonth,
        (CostSpan.Day, _) => perMonth * s_hoursPerDay / s_hoursPerMonth,
        _ => perMonth,
    };

    /// <summary>The span that is such a month.</summary>
    public static CostSpan Of(this MonthLength month) => month == MonthLength.Days30 ? CostSpan.Month30Days : CostSpan.Month730Hours;
}
