using System.Globalization;

namespace Leeway.Economics.Monitoring;

/// <summary>Words of findings, the same in every culture.</summary>
internal static class Say
{
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Of(Priority priority) => priority.ToString().ToLowerInvariant();

    public static string Of(Lane lane) => lane.ToString().ToLowerInvariant();

    /// <summary>The largest two units of a span.</summary>
    public static string Of(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => Of($"{(int)span.TotalDays}d{span.Hours}h"),
        { TotalHours: >= 1 } => Of($"{(int)span.TotalHours}h{span.Minutes:00}m"),
        { TotalMinutes: >= 1 } => Of($"{(int)span.TotalMinutes}m{span.Seconds:00}s"),
        _ => Of($"{span.TotalSeconds:0.#}s"),
    };
}
