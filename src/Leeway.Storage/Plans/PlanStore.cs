using System.Collections.Concurrent;
using Leeway.Storage.Batches;
using Leeway.Storage.Delivery;
using Leeway.Storage.Sql;
using Microsoft.Extensions.Logging;

namespace Leeway.Storage.Plans;

/// <summary>Plans. Appended ones wait in memory for company, at most <see cref="Wait"/>; reading waits for them.</summary>
internal sealed partial class PlanStore : IPlanStore, IDisposable
{
    /// <summary>How long an appended plan waits for company.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(50);

    // A fleet planned anew at once must not fill the memory: what comes beyond is not kept.
    private const int MostWaiting = 100_000;

    private readonly Writer _writer;
    private readonly ReadPool _reads;
    private readonly PlanTexts _texts;
    private readonly BatchRows _batches;
    private readonly ILogger _logger;
    private readonly ConcurrentQueue<RequestPlan> _appended = new();
    private readonly ITimer _timer;
    private int _timerSet;

    public PlanStore(Writer writer, ReadPool reads, PlanTexts texts, BatchRows batches, TimeProvider clock, ILogger logger)
    {
        (_writer, _reads, _texts, _batches, _logger) = (writer, reads, texts, batches, logger);
        _timer = clock.CreateTimer(static state => _ = ((PlanStore)state!).FlushAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Append(RequestPlan plan)
    {
        if (_appended.Count >= MostWaiting)
        {
            return;
        }

        _appended.Enqueue(plan);
        if (Volatile.Read(ref _timerSet) == 0 && Interlocked.Exchange(ref _timerSet, 1) == 0)
        {
            _timer.Change(Wait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public async Task<RequestHistory> LoadAsync(RequestId id, CancellationToken cancellationToken)
    {
        await FlushAsync();
        return await _reads.ReadAsync((_batches, id), static (session, state) => Read(session, state._batches, state.id), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _ = FlushAsync();
    }

    private async Task FlushAsync()
    {
        // First the flag: a plan that comes while the queue is emptied sets the timer again, at worst for nothing.
        Volatile.Write(ref _timerSet, 0);
        var taken = new List<RequestPlan>();
        while (_appended.TryDequeue(out RequestPlan? plan))
        {
            taken.Add(plan);
        }

        if (taken.Count == 0)
        {
            return;
        }

        try
        {
            await _writer.WriteAsync((_texts, taken), static (session, state) =>
            {
                foreach (RequestPlan plan in state.taken)
                {
                    session.Write(PlanSql.Insert)
                        .With(plan.Request.Value)
                        .With(plan.At)
                        .With(state._texts.Number(session, plan.Note.Text, plan.At))
                        .With(plan.Note.DispatchAt)
                        .Run();
                }
            }, CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody waits for these lines, and what fails here fails elsewhere with somebody who does.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogLost(exception, taken.Count);
        }
    }

    private static RequestHistory Read(Session session, BatchRows batches, RequestId id)
    {
        var plans = new List<RequestPlan>();
        Statement plan = session.Read(PlanSql.Load).With(id.Value);
        while (plan.Next())
        {
            DateTimeOffset at = plan.Instant();
            plans.Add(new RequestPlan(id, at, new PlanNote(plan.Text(), plan.Instant())));
        }

        var ends = new Dictionary<int, DateTimeOffset>();
        Statement end = session.Read(PlanSql.LoadAttemptEnds).With(id.Value);
        while (end.Next())
        {
            ends.Add(end.Int32(), end.Instant());
        }

        var ids = new List<Guid>();
        Statement member = session.Read(PlanSql.LoadBatchIds).With(id.Value);
        while (member.Next())
        {
            ids.Add(member.Id());
        }

        var found = new List<BatchHistory>();
        foreach (Guid batch in ids)
        {
            if (batches.Read(session, session.Read(BatchSql.Find).With(batch)) is [var record])
            {
                IReadOnlyList<BatchStep> steps = BatchRows.Steps(session.Read(BatchSql.LoadSteps).With(batch));
                Statement stranger = session.Read(PlanSql.FindStranger).With(batch).With(id.Value);
                found.Add(new BatchHistory(record, steps, stranger.Next()));
                stranger.Reset();
            }
        }

        Statement pickup = session.Read(PlanSql.FindPickup).With(id.Value);
        (DateTimeOffset, PickupWay)? pickedUp = pickup.Next() ? (pickup.Instant(), (PickupWay)pickup.Int32()) : null;
        return new RequestHistory(plans, found, ends, DeliveryStore.Deliveries(session.Read(DeliverySql.ListOf).With(id.ToString()).With(ResponseId.Of(id))), pickedUp);
    }

    [LoggerMessage(3, LogLevel.Warning, "{Count} changes of plans could not be written; timelines will lack them.")]
    private partial void LogLost(Exception exception, int count);
}
