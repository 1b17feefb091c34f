using Leeway.Nodes;
using Microsoft.Extensions.Logging;

namespace Leeway.Hosting;

/// <summary>
/// Joins before anything else runs, keeps the lease while everything runs, and gives it back after everything has stopped. Work that falls to
/// this node is taken up beside it, because a lease cannot wait for a million requests to be read.
/// </summary>
public sealed class NodeLoop : PathLoop
{
    private readonly NodeKeeper _keeper;
    private readonly HeldWork _work;
    private readonly TimeProvider _clock;
    private int _stopped;

    /// <summary>Creates the loop.</summary>
    public NodeLoop(NodeKeeper keeper, HeldWork work, TimeProvider clock, ILogger<NodeLoop> logger)
        : base("node", TimeSpan.FromSeconds(5), clock, logger)
    {
        (_keeper, _work, _clock) = (keeper, work, clock);
        keeper.Gained += work.Begin;
        keeper.Lost += work.DropAsync;
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await _keeper.JoinAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await base.StopAsync(cancellationToken);
            await _work.EndAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _keeper.LeaveAsync();
        }
    }

    /// <inheritdoc/>
    protected override bool IsPatient => false;

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait = await _keeper.RunOnceAsync(cancellationToken);
        return wait == Timeout.InfiniteTimeSpan ? null : _clock.GetUtcNow() + wait;
    }
}
