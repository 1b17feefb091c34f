using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Adapters;

/// <summary>A clock turned by hand that tells when somebody begins to wait, so that a test turns it neither too early nor too often.</summary>
internal sealed class WatchedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly ConcurrentDictionary<TimeSpan, TaskCompletionSource> _set = new();

    /// <summary>Done once a timer of that length was set.</summary>
    public Task WaitBegunAsync(TimeSpan length) => For(length).Task.WaitAsync(TimeSpan.FromSeconds(20));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        For(dueTime).TrySetResult();
        return timer;
    }

    private TaskCompletionSource For(TimeSpan length) => _set.GetOrAdd(length, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
