using Leeway.Execution;
using Leeway.Queue;
using Microsoft.Extensions.Logging;

namespace Leeway.Hosting;

/// <summary>Answers deferred requests on their own, in real time or by flex, when they are due. A stop lets those under way end.</summary>
public sealed class RescueLoop : PathLoop
{
    private readonly DeferredRunner _runner;
    private readonly CancellationTokenSource _cut = new();
    private int _stopped;

    /// <summary>Creates the loop and lets the index wake it.</summary>
    public RescueLoop(DeferredRunner runner, QueueIndex index, TimeProvider clock, ILogger<RescueLoop> logger)
        : base("rescue", TimeSpan.FromSeconds(5), clock, logger)
    {
        _runner = runner;
        index.Changed += Signal;
        runner.SlotFreed += Signal;
    }

    /// <inheritdoc/>
    protected override bool IsPatient => false;

    /// <inheritdoc/>
    protected override Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        _runner.RunOnce(_cut.Token);
        return Task.FromResult(_runner.NextDue());
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await base.StopAsync(cancellationToken);
            await _runner.EndAsync(cancellationToken);
            await _cut.CancelAsync();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _cut.Dispose();
        base.Dispose();
    }
}
