using Leeway.Batching;
using Leeway.Files;
using Leeway.Guard;
using Leeway.Nodes;
using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Microsoft.Extensions.Logging;

namespace Leeway.Hosting;

/// <summary>Seals.</summary>
public sealed class FormerLoop : PathLoop
{
    private readonly BatchFormer _former;
    private readonly QueueIndex _index;

    /// <summary>Creates the loop and lets the index wake it, and the table: a batch that ended makes room.</summary>
    public FormerLoop(BatchFormer former, QueueIndex index, BatchTable table, TimeProvider clock, ILogger<FormerLoop> logger)
        : base("former", TimeSpan.FromSeconds(5), clock, logger)
    {
        (_former, _index) = (former, index);
        index.Changed += Signal;
        table.Changed += Signal;
    }

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        await _former.RunOnceAsync(cancellationToken);
        return _index.NextDue().Seal;
    }
}

/// <summary>Promotes what real time would no longer do for later. Every second: its figures are rates, which no single event changes by much.</summary>
public sealed class GuardLoop(RescueGuard guard, TimeProvider clock, ILogger<GuardLoop> logger) : PathLoop("guard", TimeSpan.FromSeconds(1), clock, logger)
{
    /// <inheritdoc/>
    protected override bool IsPatient => false;

    /// <inheritdoc/>
    protected override Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        guard.RunOnce();
        return Task.FromResult<DateTimeOffset?>(null);
    }
}

/// <summary>Submits, and settles unknown creates.</summary>
public sealed class SubmitLoop : PathLoop
{
    private readonly BatchSubmitter _submitter;
    private readonly TwinWatcher _twins;

    /// <summary>Creates the loop and lets the table wake it.</summary>
    public SubmitLoop(BatchSubmitter submitter, TwinWatcher twins, BatchTable table, TimeProvider clock, ILogger<SubmitLoop> logger)
        : base("submit", TimeSpan.FromSeconds(5), clock, logger)
    {
        (_submitter, _twins) = (submitter, twins);
        table.Changed += Signal;
    }

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        await _submitter.RunOnceAsync(cancellationToken);
        await _twins.RunOnceAsync(cancellationToken);
        return null;
    }
}

/// <summary>Polls and collects.</summary>
public sealed class CollectLoop : PathLoop
{
    private readonly BatchPoller _poller;
    private readonly BatchCollector _collector;
    private readonly BatchTable _table;

    /// <summary>Creates the loop and lets the table wake it.</summary>
    public CollectLoop(BatchPoller poller, BatchCollector collector, BatchTable table, TimeProvider clock, ILogger<CollectLoop> logger)
        : base("collect", TimeSpan.FromSeconds(5), clock, logger)
    {
        (_poller, _collector, _table) = (poller, collector, table);
        table.Changed += Signal;
    }

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        await _poller.RunOnceAsync(cancellationToken);
        await _collector.RunOnceAsync(cancellationToken);
        return _table.NextPollAt;
    }
}

/// <summary>Deletes what its retention no longer covers: provider files, and ended requests with their bodies and results.</summary>
public sealed class RetentionLoop(
    FileRetention files, IRequestStore requests, NodeStanding standing, IConfigSource config, TimeProvider clock, ILogger<RetentionLoop> logger)
    : PathLoop("retention", TimeSpan.FromMinutes(10), clock, logger)
{
    private readonly TimeProvider _clock = clock;

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!standing.Tidies)
        {
            return null;
        }

        await files.RunOnceAsync(cancellationToken);
        while (await requests.DeleteEndedAsync(_clock.GetUtcNow() - config.Current.Retention.Results, cancellationToken) > 0)
        {
        }

        return null;
    }
}

/// <summary>Removes files and uploads that are deleted or past their time.</summary>
public sealed class FileLoop : PathLoop
{
    private readonly FileSweeper _sweeper;
    private readonly TimeProvider _clock;

    /// <summary>Creates the loop and lets the sweeper's callers wake it.</summary>
    public FileLoop(FileSweeper sweeper, TimeProvider clock, ILogger<FileLoop> logger)
        : base("file", TimeSpan.FromMinutes(1), clock, logger)
    {
        (_sweeper, _clock) = (sweeper, clock);
        sweeper.Asked += Signal;
    }

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        // A file that is past its time and held is nobody's hurry.
        DateTimeOffset? next = await _sweeper.RunOnceAsync(cancellationToken);
        return next > _clock.GetUtcNow() ? next : null;
    }
}

/// <summary>Saves what was learnt of turnarounds, every minute and at the end.</summary>
public sealed class TurnaroundLoop(TurnaroundKeeper keeper, NodeStanding standing, TimeProvider clock, ILogger<TurnaroundLoop> logger) : PathLoop("turnaround", TimeSpan.FromMinutes(1), clock, logger)
{
    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await LastRoundAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        await SaveAsync(cancellationToken);
        return null;
    }

    // Nodes learn each from their own batches; what one of them has learnt is kept, and the others' would overwrite it.
    private Task SaveAsync(CancellationToken cancellationToken) => standing.Tidies ? keeper.SaveAsync(cancellationToken) : Task.CompletedTask;
}
