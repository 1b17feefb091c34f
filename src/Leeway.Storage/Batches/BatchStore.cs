using System.Runtime.CompilerServices;
using Leeway.Storage.Nodes;
using Leeway.Storage.Requests;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Batches;

/// <summary>Provider batches.</summary>
internal sealed class BatchStore(Writer writer, ReadPool reads, InternedNames names, InternedGroups groups, BatchRows rows, BodyRows bodies, NodeFence fence) : IBatchStore
{
    private const int MembersAtOnce = 128;

    /// <inheritdoc/>
    public Task<IReadOnlyList<RequestId>> SealAsync(BatchRecord batch, IReadOnlyList<RequestId> members, CancellationToken cancellationToken) =>
        writer.WriteAsync((store: this, batch, members), static (session, state) =>
            (IReadOnlyList<RequestId>)state.store.Seal(session, state.batch, state.members), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><see cref="BatchTransitions"/> does not know the step.</exception>
    public Task<bool> UpdateAsync(BatchRecord batch, BatchState expected, CancellationToken cancellationToken)
    {
        if (!BatchTransitions.IsAllowed(expected, batch.State))
        {
            throw new ArgumentException($"{batch.Id} cannot go from {expected} to {batch.State}.", nameof(batch));
        }

        return writer.WriteAsync((rows, batch, expected), static (session, state) => Update(session, state.rows, state.batch, state.expected), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool?> EnqueueAsync(BatchRecord batch, BatchState expected, long limit, CancellationToken cancellationToken) =>
        writer.WriteAsync((rows, batch, expected, limit), static (session, state) =>
        {
            BatchRecord batch = state.batch;
            session.Write(BatchSql.LockRoom).With(batch.Group.Deployment).Run();
            Statement sum = session.Read(BatchSql.SumEnqueued).With(batch.Group.Deployment).With(batch.Id.Value);
            sum.Next();
            long enqueued = sum.Int64();
            return enqueued > 0 && enqueued + batch.EstimatedInputTokens > state.limit ? null : (bool?)Update(session, state.rows, batch, state.expected);
        }, cancellationToken);

    private static bool Update(Session session, BatchRows rows, BatchRecord batch, BatchState expected)
    {
        int changed = rows.Bind(session, session.Write(BatchSql.Update), batch).With((long)expected).RunCounted();
        if (changed > 0 && batch.SteppedAt is { } at)
        {
            AddStep(session, batch, at);
        }

        if (changed > 0 && batch.State == BatchState.Submitted)
        {
            session.Write(BatchSql.SubmitMembers).With(batch.Id.Value).Run();
        }

        return changed > 0;
    }

    /// <inheritdoc/>
    public Task<BatchRecord?> FindAsync(BatchId id, CancellationToken cancellationToken) =>
        reads.ReadAsync((rows, id), static (session, state) =>
            state.rows.Read(session, session.Read(BatchSql.Find).With(state.id.Value)) is [var batch] ? batch : null, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BatchRecord>> LoadOpenAsync(int node, CancellationToken cancellationToken) =>
        reads.ReadAsync((rows, node), static (session, state) => state.rows.Read(session, session.Read(BatchSql.LoadOpen).With(state.node)), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BatchRecord>> LoadWithFilesAsync(DateTimeOffset collectedBefore, CancellationToken cancellationToken) =>
        reads.ReadAsync((rows, collectedBefore), static (session, state) =>
            state.rows.Read(session, session.Read(BatchSql.LoadWithFiles).With(state.collectedBefore)), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BatchRecord>> ListAsync(BatchId? after, int limit, CancellationToken cancellationToken) =>
        reads.ReadAsync((rows, after, limit), static (session, state) =>
            state.rows.Read(session, session.Read(BatchSql.List).With(state.after?.Value).With(state.limit)), cancellationToken);

    /// <summary>
    /// The open members. Their ids are read first, 16 bytes each; bodies follow a few at a time, so that a slow upload keeps no
    /// snapshot open. A member that leaves the batch before its turn is left out, and so is one whose body is gone.
    /// </summary>
    public async IAsyncEnumerable<BatchMember> ReadMembersAsync(BatchId id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<RequestId> ids = await reads.ReadAsync(id, static (session, id) =>
        {
            var ids = new List<RequestId>();
            Statement row = session.Read(BatchSql.LoadMembers).With(id.Value);
            while (row.Next())
            {
                ids.Add(new RequestId(row.Id()));
            }

            return ids;
        }, cancellationToken);

        foreach (RequestId[] chunk in ids.Chunk(MembersAtOnce))
        {
            List<BatchMember> members = await reads.ReadAsync((bodies, id, chunk), static (session, state) =>
            {
                var members = new List<BatchMember>(state.chunk.Length);
                session.Each(
                    state.chunk,
                    BatchSql.ReadMember,
                    (state.bodies, state.id, members),
                    static (statement, member, state) => statement.With(member.Value).With(state.id.Value),
                    static (row, member, state) =>
                    {
                        if (row.Next() && state.bodies.Read(row) is { } body)
                        {
                            state.members.Add(new BatchMember(member, body));
                        }
                    });
                return members;
            }, cancellationToken);
            foreach (BatchMember member in members)
            {
                yield return member;
            }
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<MemberState>> ReadMemberStatesAsync(BatchId id, CancellationToken cancellationToken) =>
        reads.ReadAsync((names, groups, id), static (session, state) =>
        {
            var found = new List<MemberState>();
            Statement row = session.Read(BatchSql.LoadMemberStates).With(state.id.Value);
            while (row.Next())
            {
                found.Add(new MemberState(
                    new RequestId(row.Id()),
                    row.Int32(),
                    (RequestState)row.Int32(),
                    row.IdOrNull() == state.id.Value,
                    (Priority)row.Int32(),
                    row.Instant(),
                    state.names.Value(session, row.Int64()),
                    state.groups.Value(session, row.Int64()).Model,
                    row.TextOrNull()));
            }

            return (IReadOnlyList<MemberState>)found;
        }, cancellationToken);

    private List<RequestId> Seal(Session session, BatchRecord batch, IReadOnlyList<RequestId> members)
    {
        var taken = new List<RequestId>(members.Count);
        BatchRecord stored = batch with { Requests = 0, Bytes = 0, EstimatedInputTokens = 0, EarliestDeadline = DateTimeOffset.MaxValue };
        long deployment = names.Number(session, batch.Group.Deployment);
        session.Each(
            members,
            BatchSql.SealMember,
            batch.Id.Value,
            static (statement, member, id) => statement.With(member.Value).With(id).With((long)Lane.Batch),
            (row, member, _) =>
            {
                if (!row.Next())
                {
                    return;
                }

                int number = row.Int32();
                stored = stored with { Requests = stored.Requests + 1, Bytes = stored.Bytes + row.Int64(), EstimatedInputTokens = stored.EstimatedInputTokens + row.Int64() };
                DateTimeOffset deadline = row.Instant();
                if (deadline < stored.EarliestDeadline)
                {
                    stored = stored with { EarliestDeadline = deadline };
                }

                taken.Add(member);
                session.Write(BatchSql.InsertAttempt)
                    .With(member.Value)
                    .With(number)
                    .With((long)Lane.Batch)
                    .With(deployment)
                    .With(batch.Id.Value)
                    .With(batch.SealedAt)
                    .With(taken.Count)
                    .Run();
            });

        if (taken.Count > 0)
        {
            rows.Bind(session, session.Write(BatchSql.Insert), stored).With(fence.Node).Run();
            AddStep(session, stored, stored.SealedAt);
        }

        return taken;
    }

    // A step that is there already is the same one.
    private static void AddStep(Session session, BatchRecord batch, DateTimeOffset at) =>
        session.Write(BatchSql.InsertStep).With(batch.Id.Value).With(at).With((long)batch.State).With((long)(batch.ProviderStatus ?? 0)).Run();
}
