using Leeway.Cli.Api;

namespace Leeway.Cli.Output;

/// <summary>A request's way, one line for each step: by the clock, and since it was accepted. A hollow mark is still to come.</summary>
internal static class TimelineTable
{
    public static void Print(Shell shell, IReadOnlyList<TimelineView> events) => shell.PrintTable(
        ["WHEN", "AFTER", "", "WHAT", "", "BATCH"],
        events.Select(one => (IReadOnlyList<string>)
            [TimeText.Local(one.At), "+" + TimeText.Of(TimeSpan.FromSeconds(one.AfterS)), Mark(one), one.Event.Replace('_', ' '), one.Text, one.Batch ?? ""]));

    private static string Mark(TimelineView one) => one.Due ? "○"
        : one.Event is "flex_refused" or "not_answered" or "batch_failed_it" or "failed" or "expired" or "delivery_refused" or "delivery_failed" or "abandoned" ? "✗"
        : "●";
}
