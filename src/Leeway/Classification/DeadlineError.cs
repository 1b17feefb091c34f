namespace Leeway.Classification;

/// <summary>Why a text is not a deadline.</summary>
public enum DeadlineError
{
    Empty,

    /// <summary>More than 64 characters.</summary>
    TooLong,

    /// <summary>None of the accepted forms, or a day or time that does not exist.</summary>
    Unreadable,

    /// <summary>A date and time that could mean any of a day's worth of instants.</summary>
    NoZone,

    /// <summary>Zero or below.</summary>
    NotPositive,

    /// <summary>An instant that is over.</summary>
    Past,

    /// <summary>Beyond the furthest deadline accepted.</summary>
    TooFar,
}
