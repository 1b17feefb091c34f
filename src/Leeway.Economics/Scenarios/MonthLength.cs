namespace Leeway.Economics.Scenarios;

/// <summary>How long a month is. The two differ by 1.4 %.</summary>
public enum MonthLength
{
    /// <summary>30 days, which are 720 hours.</summary>
    Days30,

    /// <summary>730 hours, a twelfth of 365 days.</summary>
    Hours730,
}
