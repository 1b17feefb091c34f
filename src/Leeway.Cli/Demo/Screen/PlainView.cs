using Leeway.Cli.Demo.Watching;

namespace Leeway.Cli.Demo.Screen;

/// <summary>A line every few seconds, where there is no terminal.</summary>
internal sealed class PlainView(Watcher watcher, TextWriter stderr, TimeProvider realTime, TimeZoneInfo zone)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Until the token is cancelled.</summary>
    public async Task<Reading?> RunAsync(CancellationToken cancellationToken)
    {
        Reading? last = null;
        try
        {
            while (true)
            {
                await Task.Delay(Every, realTime, cancellationToken);
                last = await watcher.ReadAsync(cancellationToken);
                await stderr.WriteLineAsync(Line(last));
            }
        }
        catch (Exception error) when (Stopped.Explains(error, cancellationToken))
        {
            return last;
        }
    }

    private string Line(Reading reading) =>
        $"{TimeZoneInfo.ConvertTime(reading.At, zone):HH:mm}  saved {Words.Money(reading.Total.Saved)} ({Words.Percent(reading.Total.Saved, reading.Total.List)}), spent {Words.Money(reading.Total.Spent)}; "
        + $"{reading.Accepted} accepted, {reading.Priorities.Sum(priority => priority.Waiting ?? 0)} waiting, {reading.Priorities.Sum(priority => priority.InBatch ?? 0)} in batches, {reading.Total.Requests} done";
}
