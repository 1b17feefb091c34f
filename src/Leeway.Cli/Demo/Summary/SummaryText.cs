using Leeway.Cli.Demo.Screen;

namespace Leeway.Cli.Demo.Summary;

/// <summary>A summary for people.</summary>
internal static class SummaryText
{
    public static async Task WriteAsync(DemoSummary summary, TextWriter output)
    {
        await output.WriteLineAsync(FormattableString.Invariant($"{summary.Options.Hours:0.##} hours of simulated traffic, and {summary.DrainHours:0.#} more until the last batch was back"));
        await output.WriteLineAsync($"  accepted   {Words.Count(summary.Accepted),8}  = {summary.Succeeded} succeeded + {summary.Failed} failed + {summary.Expired} expired + {summary.Cancelled} cancelled");
        await output.WriteLineAsync($"  by batch   {summary.BatchShare,8:P0}  in {summary.Batches} batches; {Words.Count(summary.Refused)} bad requests were refused");
        await output.WriteLineAsync($"  in time    {summary.DeadlineHitRate ?? 1,8:P1}  of the deferred");
        foreach (PrioritySummary priority in summary.Priorities)
        {
            await output.WriteLineAsync(
                $"  {priority.Name,-9}  {Words.Count(priority.Accepted),8}  waited {Words.Wait(priority.P50)} (median), {Words.Wait(priority.P95)} (P95); {Words.Money(priority.Cost.Spent)} spent, {Words.Money(priority.Cost.Saved)} saved");
        }

        await output.WriteLineAsync($"  spent      {Words.Money(summary.Total.Spent),8}  the simulated provider's own bill: {Words.Money(summary.SandboxBill)}");
        await output.WriteLineAsync($"  saved      {Words.Money(summary.Total.Saved),8}  {Words.Percent(summary.Total.Saved, summary.Total.List)} of {Words.Money(summary.Total.List)}, the price of answering all at once");
    }
}
