namespace Leeway.Classification;

/// <summary>Between priorities, their names and their presets.</summary>
public static class PriorityPolicy
{
    // Closer deadlines than this cannot be told from "now" once the request has travelled.
    private static readonly TimeSpan s_immediate = TimeSpan.FromSeconds(1);

    public static PriorityConfig PresetOf(Priority priority, PrioritiesConfig presets) => priority switch
    {
        Priority.Low => presets.Low,
        Priority.Standard => presets.Standard,
        _ => presets.Urgent,
    };

    /// <summary>
    /// The most patient preset that fits: the one with the longest deadline not beyond <paramref name="wait"/>. A shorter wait than any is
    /// still <c>standard</c>; below a second it is <c>urgent</c>.
    /// </summary>
    public static Priority For(TimeSpan wait, PrioritiesConfig presets)
    {
        if (wait < s_immediate)
        {
            return Priority.Urgent;
        }

        bool low = presets.Low.Deadline <= wait;
        bool standard = presets.Standard.Deadline <= wait;
        return low && (!standard || presets.Low.Deadline >= presets.Standard.Deadline) ? Priority.Low : Priority.Standard;
    }

    /// <summary>Reads <c>urgent</c>, <c>standard</c> or <c>low</c>, in any case.</summary>
    public static bool TryParse(string text, out Priority priority)
    {
        ReadOnlySpan<char> name = text.AsSpan().Trim();
        if (name.Equals("urgent", StringComparison.OrdinalIgnoreCase))
        {
            priority = Priority.Urgent;
            return true;
        }

        priority = name.Equals("low", StringComparison.OrdinalIgnoreCase) ? Priority.Low : Priority.Standard;
        return priority == Priority.Low || name.Equals("standard", StringComparison.OrdinalIgnoreCase);
    }
}
