using Leeway.Batching.Packing;
using Leeway.Batching.Sealing;
using Leeway.Nodes;
using Leeway.Planning;
using Leeway.Queue;
using Leeway.Routing;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Batching;

/// <summary>
/// Seals pools into batches: on count, bytes or tokens, at the earliest instant any member sets (age, nightly window, last safe moment,
/// end of a run), or, where sealing is adaptive, when waiting longer costs more than it saves (<see cref="SealRule"/>), whichever is first. Which members go, where not all fit, is <see cref="PoolPacker"/>'s; the file's order keeps shared
/// beginnings of prompts together.
/// </summary>
public sealed partial class BatchFormer(
    QueueIndex index, BatchTable table, IBatchStore store, RouteTable routes, LanePlanner planner, PackValue value, NodeStanding standing, IConfigSource config,
    TimeProvider clock, IdSource ids, LeewayInstruments instruments, ILogger<BatchFormer> logger)
{
    private readonly PoolPacker _packer = new();
    private readonly PoolRules _rules = new(value);

    /// <summary>Seals everything that is due.</summary>
    /// <returns>How many batches.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        int count = 0;
        while (standing.MayPay && NextDue() is { } due)
        {
            await SealAsync(due, cancellationToken);
            count++;
        }

        return count;
    }

    private sealed record DuePool(PoolKey Key, string Reason, string Note, int Pooled, IReadOnlyList<QueuedRequest> Members);

    private DuePool? NextDue()
    {
        DateTimeOffset now = clock.GetUtcNow();
        LeewayConfig current = config.Current;
        return index.ReadPools(pools =>
        {
            // Where room is scarce the earliest deadline has it.
            foreach (Pool pool in pools.OrderBy(static pool => pool.EarliestDeadline))
            {
                if (routes.FindDeployment(pool.Group.Deployment) is not { } deployment)
                {
                    continue;
                }

                SealLimits limits = SealLimits.Of(pool.Priority, current, planner.CapabilitiesOf(deployment), deployment);
                (SealRule Rule, double Now)? adaptive = _rules.Look(pool, deployment, current, now);
                if (ReasonToSeal(pool, limits, adaptive, index.IsLoading, now) is { } reason && TokenRoom.Left(limits, pool, deployment, table) is { } room)
                {
                    IReadOnlyList<QueuedRequest> members = _packer.Take(pool, room, pool.Tokens > room.MaxTokens ? value.OfGoingNow(deployment, pool.Count, now) : null);
                    return new DuePool(pool.Key, reason, SealNote.Of(reason, pool, limits, members, adaptive, now), pool.Count, members);
                }
            }

            return null;
        });
    }

    private static string? ReasonToSeal(Pool pool, SealLimits limits, (SealRule Rule, double Now)? adaptive, bool isLoading, DateTimeOffset now)
    {
        if (pool.Count < limits.MinRequests)
        {
            return null;
        }

        if (pool.Count >= limits.Requests)
        {
            return "requests";
        }

        if (pool.Bytes >= limits.Bytes)
        {
            return "bytes";
        }

        if (pool.Tokens >= limits.Tokens)
        {
            return "tokens";
        }

        // The rest may be among what is still being read from the store.
        if (isLoading)
        {
            return null;
        }

        return pool.FirstToSeal() is { } first && first.SealAt <= now ? first.SealReason
            : adaptive is { } known && known.Rule.DueAt <= known.Now ? known.Rule.Reason
            : null;
    }

    private async Task SealAsync(DuePool due, CancellationToken cancellationToken)
    {
        IReadOnlyList<QueuedRequest> members = FileOrder.Of(due.Members);
        RequestId[] taken = [.. members.Select(member => member.Id)];
        BatchRecord batch = NewBatch(due, members, new BatchId(ids.Next()));
        int term = standing.Term;
        IReadOnlyList<RequestId> sealedIds = await store.SealAsync(batch, taken, cancellationToken);
        if (term != standing.Term)
        {
            // Whoever took the work over finds the batch.
            return;
        }

        index.MarkSealed(taken, sealedIds, batch.Id);
        _rules.Sealed(due.Key, 1 - ((double)taken.Length / due.Pooled), batch.SealedAt);
        if (sealedIds.Count > 0)
        {
            instruments.BatchesSealed.Add(1, new KeyValuePair<string, object?>("reason", due.Reason));
            LogSealed(logger, batch.Id, sealedIds.Count, due.Reason, due.Key.Group.Deployment);

            // As the store counted: members that it left out do not count.
            var inBatch = sealedIds.ToHashSet();
            table.Set(NewBatch(due, [.. members.Where(member => inBatch.Contains(member.Id))], batch.Id) with { SealedAt = batch.SealedAt });
        }
    }

    private BatchRecord NewBatch(DuePool due, IReadOnlyList<QueuedRequest> members, BatchId id) => new()
    {
        Id = id,
        State = BatchState.Sealed,
        Group = due.Key.Group,
        Priority = due.Key.Priority,
        SealReason = due.Reason,
        SealNote = due.Note,
        SealedAt = clock.GetUtcNow(),
        EarliestDeadline = members.Min(member => member.Deadline),
        Requests = members.Count,
        Bytes = members.Sum(member => (long)member.BodyBytes),
        EstimatedInputTokens = members.Sum(member => (long)member.EstimatedInputTokens),
    };

    [LoggerMessage(EventId = 2001, Level = LogLevel.Information, Message = "{Batch} sealed with {Requests} requests ({Reason}) for {Deployment}")]
    private static partial void LogSealed(ILogger logger, BatchId batch, int requests, string reason, string deployment);
}
