namespace Leeway;

/// <summary>A named preset of deadline and seal trigger. Numbers are persisted.</summary>
public enum Priority
{
    /// <summary>Answered at once, in real time.</summary>
    Urgent = 0,

    /// <summary>May wait about an hour.</summary>
    Standard = 1,

    /// <summary>May wait until tomorrow.</summary>
    Low = 2,
}
