namespace Leeway.Economics.Decisions;

/// <summary>What the numbers of a rule count.</summary>
public enum MeasureUnit
{
    /// <summary>Seconds.</summary>
    Seconds = 0,

    /// <summary>A share, 0 to 1.</summary>
    Share = 1,

    /// <summary>Requests in a batch.</summary>
    Requests = 2,

    /// <summary>Requests a day.</summary>
    RequestsPerDay = 3,

    /// <summary>0 is no, 1 is yes.</summary>
    YesOrNo = 4,
}
