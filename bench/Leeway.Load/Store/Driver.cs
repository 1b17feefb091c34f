using System.Diagnostics;

namespace Leeway.Load.Store;

/// <summary>Many callers, each of which does its next when its last is durable.</summary>
internal static class Driver
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    /// <summary>How many a second, in a stretch of some seconds after a while to settle.</summary>
    public static async Task<double> RateAsync(int callers, int seconds, Func<Task> act)
    {
        long done = 0;
        using var stop = new CancellationTokenSource();
        Task[] running = [.. Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await act();
                Interlocked.Increment(ref done);
            }
        }))];
        await Task.Delay(Settle);
        long before = Volatile.Read(ref done);
        long begun = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        double rate = (Volatile.Read(ref done) - before) / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(running);
        return rate;
    }

    /// <summary>Does each of some things once, with many callers.</summary>
    /// <returns>How many a second.</returns>
    public static async Task<double> EachAsync<T>(IReadOnlyList<T> things, int callers, Func<T, Task> act)
    {
        int next = -1;
        long begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            int mine;
            while ((mine = Interlocked.Increment(ref next)) < things.Count)
            {
                await act(things[mine]);
            }
        })));
        return things.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
