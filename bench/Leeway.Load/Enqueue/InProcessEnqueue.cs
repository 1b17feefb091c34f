using System.Diagnostics;
using Leeway.Load.Serving;
using Leeway.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Load.Enqueue;

/// <summary>Durable requests per second of many callers in this process: the storage, and append + fdatasync of the same groups.</summary>
internal static class InProcessEnqueue
{
    public const int Callers = 512;

    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    public static async Task<double> StorageAsync(string folder, int seconds)
    {
        TimeProvider clock = TimeProvider.System;
        var ids = new IdSource(clock, new SystemRandomSource());
        byte[] body = Wire.Deferred(Wire.Model);
        await using LeewayStorage storage = await LeewayStorage.OpenSqliteAsync(folder, clock, ids, NullLogger.Instance, CancellationToken.None);
        return await DriveAsync(seconds, () =>
        {
            DateTimeOffset now = clock.GetUtcNow();
            return storage.Requests.AddAsync(
                new NewRequest
                {
                    Id = new RequestId(ids.Next()),
                    Endpoint = Wire.Path,
                    Model = Wire.Model,
                    Deployment = "openai/gpt-4o-mini",
                    Body = body,
                    Priority = Priority.Low,
                    Deadline = now.AddHours(24),
                    AcceptedAt = now,
                    EstimatedInputTokens = 420,
                    Caller = "key_00000000",
                },
                CancellationToken.None);
        });
    }

    public static async Task<double> RawAsync(string folder, int seconds)
    {
        byte[] body = Wire.Deferred(Wire.Model);
        await using var log = new AppendLog(folder);
        return await DriveAsync(seconds, () => log.AppendAsync(body));
    }

    /// <summary>Each caller sends its next when its last is durable.</summary>
    private static async Task<double> DriveAsync(int seconds, Func<Task> add)
    {
        long done = 0;
        using var stop = new CancellationTokenSource();
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await add();
                Interlocked.Increment(ref done);
            }
        }))];
        await Task.Delay(Settle);
        long before = Volatile.Read(ref done);
        long begun = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        double rate = (Volatile.Read(ref done) - before) / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        return rate;
    }
}
