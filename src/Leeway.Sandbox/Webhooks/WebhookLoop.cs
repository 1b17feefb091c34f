using System.Threading.Channels;
using Leeway.Sandbox.Responses;

namespace Leeway.Sandbox.Webhooks;

/// <summary>Runs what has ended on the sandbox's clock and has it told, without anyone polling. It sleeps until the next instant at which something may end.</summary>
internal sealed class WebhookLoop(SandboxWorld world) : IAsyncDisposable
{
    // A timer cannot wait longer than some weeks, and a batch may never end.
    private static readonly TimeSpan s_longestSleep = TimeSpan.FromHours(12);

    private readonly Channel<byte> _signals = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = RunAsync(_stopping.Token);

    /// <summary>Something was made or cancelled, so the next end may be nearer.</summary>
    public void Signal() => _signals.Writer.TryWrite(0);

    /// <summary>One round; gives the instant of the next.</summary>
    public async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        var (responses, nextResponse) = world.Responses.TakeEnded();
        if (world.Webhooks.Target is null)
        {
            return null;
        }

        var (ended, nextBatch) = await world.Batches.TakeEndedAsync(cancellationToken);
        foreach (var batch in ended)
        {
            world.Webhooks.Announce("batch." + batch.StatusAt(world.Clock.Now), batch.Id, batch.EndsAt);
        }

        foreach (var record in responses)
        {
            world.Webhooks.Announce("response." + ResponseObject.StatusName(record.Answer, record.StatusAt(world.Clock.Now)), record.Id, world.Clock.Now);
        }

        return Earliest(Earliest(nextBatch, nextResponse), await world.Webhooks.SendDueAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }

        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await SleepAsync(await RunOnceAsync(cancellationToken), cancellationToken);
        }
    }

    private async Task SleepAsync(DateTimeOffset? until, CancellationToken cancellationToken)
    {
        using var waking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var signal = _signals.Reader.WaitToReadAsync(waking.Token).AsTask();
        var left = until - world.Clock.Now;
        var timer = left is { } wait ? world.Clock.DelayAsync(wait < s_longestSleep ? wait : s_longestSleep, waking.Token) : world.Clock.UntilCancelledAsync(waking.Token);

        // The clock may have moved between reading it and setting the timer.
        if (!(until <= world.Clock.Now))
        {
            await Task.WhenAny(signal, timer);
        }

        await waking.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        _signals.Reader.TryRead(out _);
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? left, DateTimeOffset? right) => left is null || right < left ? right : left;
}
