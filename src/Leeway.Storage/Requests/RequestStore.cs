using System.Runtime.CompilerServices;
using Leeway.Storage.Delivery;
using Leeway.Storage.Ledger;
using Leeway.Storage.Pickups;
using Leeway.Storage.Plans;
using Leeway.Storage.Responses;
using Leeway.Storage.Results;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Requests;

/// <summary>Requests. Instants are kept to the millisecond.</summary>
internal sealed class RequestStore(Writer writer, ReadPool reads, InternedNames names, RequestInserts inserts, RequestRows rows, BodyRows bodies) : IRequestStore
{
    private const int PageSize = 4096;
    private const int DeletedAtOnce = 1000;
    private const int EndedAtOnce = 16;

    private static readonly Guid Last = new([.. Enumerable.Repeat((byte)0xFF, 16)]);

    private readonly AddRequests _adds = new(inserts);
    private readonly AttemptStarts _starts = new(names);
    private readonly KeyLookup _keys = new(reads, rows, RequestSql.FindByAttachKey);
    private readonly KeyLookup _bodyKeys = new(reads, rows, RequestSql.FindByBodyKey);

    /// <inheritdoc/>
    public Task<RequestId> AddAsync(NewRequest request, CancellationToken cancellationToken) =>
        writer.WriteAsync(new AddRequest(request, inserts, _adds), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<QueuedRequest> LoadOpenAsync(int node, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The next page is read while this one is gone through.
        Task<List<QueuedRequest>>? next = ReadOpenAsync(node, Guid.Empty, cancellationToken);
        while (next is not null)
        {
            List<QueuedRequest> page = await next;
            next = page.Count == PageSize ? ReadOpenAsync(node, page[^1].Id.Value, cancellationToken) : null;
            foreach (QueuedRequest request in page)
            {
                yield return request;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<(RequestId Id, byte[] Key)> LoadAttachKeysAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Guid after = IdSource.FirstOf(since);
        List<(Guid Id, byte[] Key)> page;
        do
        {
            page = await reads.ReadAsync(after, static (session, after) =>
            {
                var page = new List<(Guid, byte[])>();
                Statement row = session.Read(RequestSql.LoadAttachKeys).With(after).With(PageSize);
                while (row.Next())
                {
                    page.Add((row.Id(), row.Bytes()));
                }

                return page;
            }, cancellationToken);
            foreach ((Guid id, byte[] key) in page)
            {
                yield return (new RequestId(id), key);
            }

            after = page.Count > 0 ? page[^1].Id : after;
        }
        while (page.Count == PageSize);
    }

    /// <inheritdoc/>
    public Task<RequestRecord?> FindAsync(RequestId id, CancellationToken cancellationToken) =>
        reads.ReadAsync((rows, id), static (session, state) =>
        {
            Statement row = session.Read(RequestSql.Find).With(state.id.Value);
            return row.Next() ? state.rows.Record(session, row, withResult: true) : null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<RequestRecord?> FindByAttachKeyAsync(byte[] attachKey, DateTimeOffset since, CancellationToken cancellationToken) =>
        _keys.FindAsync(attachKey, since, cancellationToken);

    /// <inheritdoc/>
    public Task<RequestRecord?> FindByBodyKeyAsync(byte[] attachKey, DateTimeOffset since, CancellationToken cancellationToken) =>
        _bodyKeys.FindAsync(attachKey, since, cancellationToken);

    /// <inheritdoc/>
    public Task<RequestRecord?> FindAttachedAsync(RequestId id, byte[] attachKey, CancellationToken cancellationToken) =>
        reads.ReadAsync((rows, id, attachKey), static (session, state) =>
        {
            Statement row = session.Read(RequestSql.FindAttached).With(state.id.Value).With(state.attachKey);
            return row.Next() ? state.rows.Record(session, row, withResult: true) : null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RequestRecord>> ListAsync(RequestFilter filter, RequestId? after, int limit, CancellationToken cancellationToken) =>
        reads.ReadAsync((rows, filter, after, limit), static (session, state) =>
        {
            RequestFilter filter = state.filter;
            string sql = filter.Run is not null ? RequestSql.ListOfRun : filter.Batch is not null ? RequestSql.ListOfBatch
                : filter.Team is null or Teams.Default ? RequestSql.List : RequestSql.ListOfTeam;
            Statement row = session.Read(sql)
                .With(filter.States is null ? 0L : Mask(filter.States))
                .With((long?)filter.Priority)
                .With(filter.Model)
                .With(state.after?.Value ?? (filter.Run is null ? Last : Guid.Empty))
                .With(state.limit)
                .With(filter.Team);
            if (filter.Run is { } run)
            {
                row.With(run.Value).With(filter.Batch?.Value);
            }
            else if (filter.Batch is { } batch)
            {
                row.With(batch.Value);
            }

            var page = new List<RequestRecord>();
            while (row.Next())
            {
                page.Add(state.rows.Record(session, row, filter.WithResults));
            }

            return (IReadOnlyList<RequestRecord>)page;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadBodyAsync(RequestId id, CancellationToken cancellationToken) =>
        reads.ReadAsync((bodies, id), static (session, state) =>
        {
            Statement row = session.Read(RequestSql.ReadBody).With(state.id.Value);
            return row.Next() && state.bodies.Read(row) is { } body ? body : (ReadOnlyMemory<byte>?)null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<int?> StartAsync(RequestId id, Lane lane, string deployment, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync(_starts.Of(id, lane, deployment, now), cancellationToken);

    /// <summary>
    /// Gives requests back to the queue. Those that this call moved are returned: of two callers, one gets each request. A request
    /// given back while running leaves the attempt of the batch it was rescued from open, because that batch may still bring its row.
    /// </summary>
    public Task<IReadOnlyList<RequestId>> RequeueAsync(IReadOnlyList<RequestId> ids, string outcome, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            (ids, outcome, now),
            static (session, state) => (IReadOnlyList<RequestId>)GiveBack(session, state.ids, state.outcome, state.now, RequestSql.Requeue, static (statement, id) => statement.With(id.Value).With((long)RequestRows.PlannedLane)),
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> GiveBackAsync(RequestId id, int attempt, string outcome, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            (id, attempt, outcome, now),
            static (session, state) => GiveBack(session, [state.id], state.outcome, state.now, RequestSql.GiveBack, (statement, id) =>
                statement.With(id.Value).With((long)RequestRows.PlannedLane).With(state.attempt)).Count > 0,
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RequestId>> FindEndedAsync(IReadOnlyList<RequestId> ids, CancellationToken cancellationToken) =>
        reads.ReadAsync(ids, static (session, ids) =>
        {
            var ended = new List<RequestId>();
            for (int done = 0; done < ids.Count; done += EndedAtOnce)
            {
                Statement row = session.Read(RequestSql.FindEnded);
                for (int i = 0; i < EndedAtOnce; i++)
                {
                    row.With(ids[Math.Min(done + i, ids.Count - 1)].Value);
                }

                while (row.Next())
                {
                    ended.Add(new RequestId(row.Id()));
                }
            }

            return (IReadOnlyList<RequestId>)ended;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RequestId>> RequeueFromBatchAsync(
        BatchId batch, IReadOnlyList<RequestId> ids, string outcome, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            (batch, ids, outcome, now),
            static (session, state) =>
            {
                List<RequestId> moved = Move(session, state.ids, RequestSql.RequeueFromBatch, (statement, id) =>
                    statement.With(id.Value).With((long)RequestRows.PlannedLane).With(state.batch.Value));
                foreach (RequestId id in state.ids)
                {
                    session.WriteRow(RequestSql.CloseBatchAttempt).With(id.Value).With(state.outcome).With(state.now).With(state.batch.Value).Run();
                }

                return (IReadOnlyList<RequestId>)moved;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ReturnToBatchAsync(RequestId id, int attempt, BatchId batch, string outcome, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync((id, attempt, batch, outcome, now), static (session, state) =>
        {
            Statement row = session.Read(RequestSql.ReturnToBatch).With(state.id.Value).With(state.attempt).With(state.batch.Value).With((long)RequestRows.PlannedLane);
            if (!row.Next())
            {
                return false;
            }

            row.Reset();
            session.WriteRow(RequestSql.CloseAttempt).With(state.id.Value).With(state.attempt).With(state.outcome).With(state.now).Run();
            return true;
        }, cancellationToken);

    // SQLite is read on the thread that asks.
    private Task<List<QueuedRequest>> ReadOpenAsync(int node, Guid after, CancellationToken cancellationToken) =>
        Task.Run(() => reads.ReadAsync((rows, node, after), static (session, state) =>
        {
            var page = new List<QueuedRequest>(PageSize);
            Statement row = session.Read(RequestSql.LoadOpen).With(state.after).With(PageSize).With(state.node);
            while (row.Next())
            {
                page.Add(state.rows.Queued(session, row));
            }

            return page;
        }, cancellationToken), cancellationToken);

    private static List<RequestId> GiveBack(
        Session session, IReadOnlyList<RequestId> ids, string outcome, DateTimeOffset now, string sql, Action<Statement, RequestId> bind)
    {
        List<RequestId> moved = Move(session, ids, sql, bind);
        foreach (RequestId id in moved)
        {
            session.WriteRow(RequestSql.CloseLatestAttempt).With(id.Value).With(outcome).With(now).Run();
        }

        return moved;
    }

    private static List<RequestId> Move(Session session, IReadOnlyList<RequestId> ids, string sql, Action<Statement, RequestId> bind)
    {
        var moved = new List<RequestId>(ids.Count);
        session.Each(ids, sql, bind, static (statement, id, bind) => bind(statement, id), (row, id, _) =>
        {
            if (row.Next())
            {
                moved.Add(id);
            }
        });
        return moved;
    }

    /// <inheritdoc/>
    public Task<RequestId?> FindLineAsync(string team, RunId run, string customId, CancellationToken cancellationToken) =>
        reads.ReadAsync((team, run, customId), static (session, line) =>
        {
            Statement row = session.Read(RequestSql.FindLine).With(line.run.Value).With(line.customId).With(line.team);
            return row.Next() ? new RequestId(row.Id()) : (RequestId?)null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> FindRunTeamAsync(RunId run, CancellationToken cancellationToken) =>
        reads.ReadAsync(run, static (session, run) =>
        {
            Statement row = session.Read(RequestSql.FindRunTeam).With(run.Value);
            return row.Next() ? row.Text() : null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<RunSummary> SummariseRunAsync(string team, RunId run, CancellationToken cancellationToken) =>
        reads.ReadAsync((team, run), static (session, state) =>
        {
            var states = new Dictionary<RequestState, int>();
            Statement counts = session.Read(RequestSql.CountRunStates).With(state.run.Value).With(state.team);
            while (counts.Next())
            {
                states.Add((RequestState)counts.Int32(), counts.Int32());
            }

            var sum = new MoneySum();
            Statement money = session.Read(RequestSql.LoadRunMoney).With(state.run.Value).With(state.team);
            while (money.Next())
            {
                sum.Add(money.MoneyOrNull(), money.MoneyOrNull(), money.Boolean());
            }

            return new RunSummary(state.run, states, sum.Cost, sum.ListCost, (int)sum.Unpriced);
        }, cancellationToken);

    /// <summary>
    /// Deletes requests that ended before an instant, with bodies, results, attempts and those of their deliveries that have ended;
    /// ledger entries stay.
    /// </summary>
    public Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        writer.WriteAsync(before, static (session, before) =>
        {
            var ended = new List<(Guid Id, long Body)>();
            Statement row = session.Read(RequestSql.LoadEnded).With(before).With(DeletedAtOnce);
            while (row.Next())
            {
                ended.Add((row.Id(), row.Int64()));
            }

            foreach ((Guid id, long body) in ended)
            {
                session.Write(RequestSql.DeleteBody).With(body).Run();
                session.Write(ResultSql.Delete).With(id).Run();
                session.Write(RequestSql.DeleteAttempts).With(id).Run();
                session.Write(RequestSql.DeleteDetails).With(id).Run();
                session.Write(ResponseSql.Delete).With(id).Run();
                session.Write(PickupSql.Delete).With(id).Run();
                session.Write(PlanSql.Delete).With(id).Run();
                session.Write(DeliverySql.DeleteEndedOf).With(new RequestId(id).ToString()).Run();
                session.Write(DeliverySql.DeleteEndedOf).With(ResponseId.Of(new RequestId(id))).Run();
                session.Write(RequestSql.Delete).With(id).Run();
            }

            if (ended.Count > 0)
            {
                PlanTexts.Sweep(session, before);
                session.Write(RequestSql.DeleteKeys).With(before).Run();
            }

            return ended.Count;
        }, cancellationToken);

    private static long Mask(IReadOnlyList<RequestState> states)
    {
        // No state wanted is a bit that no state has, because 0 means any.
        long mask = 1L;
        foreach (RequestState state in states)
        {
            mask |= 1L << (int)state;
        }

        return mask;
    }
}
