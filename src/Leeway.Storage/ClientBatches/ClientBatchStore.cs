using Leeway.Storage.Delivery;
using Leeway.Storage.Files;
using Leeway.Storage.Mail;
using Leeway.Storage.Nodes;
using Leeway.Storage.Requests;
using Leeway.Storage.Sql;

namespace Leeway.Storage.ClientBatches;

/// <summary>Clients' batches.</summary>
internal sealed class ClientBatchStore(Writer writer, ReadPool reads, RequestInserts requests, EventRows events, INamedContents contents, NodeFence fence) : IClientBatchStore
{
    /// <inheritdoc/>
    public Task<bool> AddAsync(ClientBatch batch, CancellationToken cancellationToken) => writer.WriteAsync((fence, batch), static (session, state) =>
    {
        ClientBatch batch = state.batch;
        bool held = FileStore.Hold(session, batch.InputFile, batch.Team, batch.Id.Value, batch.CreatedAt);
        if (held)
        {
            ClientBatchRows.Insert(session, batch, state.fence.Node);
        }

        return held;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<ClientBatch?> FindAsync(ClientBatchId id, Dialect dialect, string team, CancellationToken cancellationToken) =>
        reads.ReadAsync((id, dialect, team), static (session, state) =>
            ClientBatchRows.Read(session.Read(ClientBatchSql.Find).With(state.id.Value).With((long)state.dialect).With(state.team)) is [var batch] ? batch : null, cancellationToken);

    /// <inheritdoc/>
    public Task<ClientBatch?> FindByFileAsync(FileId file, string team, CancellationToken cancellationToken) =>
        reads.ReadAsync((file, team), static (session, state) =>
            ClientBatchRows.Read(session.Read(ClientBatchSql.FindByFile).With(state.file.Value).With(state.team)) is [var batch] ? batch : null, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClientBatch>> ListAsync(
        Dialect dialect, string team, ClientBatchId? after, ClientBatchId? before, int limit, CancellationToken cancellationToken) =>
        reads.ReadAsync((dialect, team, after, before, limit), static (session, state) =>
        {
            List<ClientBatch> page = ClientBatchRows.Read(session.Read(state.before is null ? ClientBatchSql.ListAfter : ClientBatchSql.ListBefore)
                .With(state.team)
                .With((long)state.dialect)
                .With((state.before ?? state.after)?.Value)
                .With(state.limit));
            if (state.before is not null)
            {
                page.Reverse();
            }

            return (IReadOnlyList<ClientBatch>)page;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClientBatch>> LoadOpenAsync(int node, CancellationToken cancellationToken) =>
        reads.ReadAsync(node, static (session, node) => (IReadOnlyList<ClientBatch>)ClientBatchRows.Read(session.Read(ClientBatchSql.LoadOpen).With(node)), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NewRequest>?> AcceptAsync(
        ClientBatchId id, IReadOnlyList<NewRequest> lines, IReadOnlyList<LineProblem> bad, CancellationToken cancellationToken) =>
        writer.WriteAsync((requests, id, lines, bad), static (session, state) =>
        {
            Statement row = session.Read(ClientBatchSql.LoadState).With(state.id.Value);
            if (!row.Next() || row.Int32() != (int)ClientBatchState.Validating)
            {
                return null;
            }

            List<NewRequest> written = state.requests.InsertLines(session, state.lines);
            AddProblems(session, state.id, state.bad);
            return (IReadOnlyList<NewRequest>?)written;
        }, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><see cref="ClientBatchTransitions"/> does not know the step.</exception>
    public async Task<bool> UpdateAsync(
        ClientBatch batch, ClientBatchState expected, IReadOnlyList<StoredFile> files, IReadOnlyList<LineProblem> problems, CancellationToken cancellationToken)
    {
        if (!ClientBatchTransitions.IsAllowed(expected, batch.State))
        {
            throw new ArgumentException($"{batch.PrintedId} cannot go from {expected} to {batch.State}.", nameof(batch));
        }

        bool isUpdated = false;
        try
        {
            return isUpdated = await writer.WriteAsync((store: this, batch, expected, files, problems), static (session, state) =>
                state.store.Update(session, state.batch, state.expected, state.files, state.problems), cancellationToken);
        }
        finally
        {
            foreach (StoredFile file in files)
            {
                if (file.SealedAs is { } sealedAs)
                {
                    contents.Settle(sealedAs, file.Id.Value, isUpdated);
                }
            }
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(ClientBatchId id, CancellationToken cancellationToken) => writer.WriteAsync(id, static (session, id) =>
    {
        bool deleted = session.Write(ClientBatchSql.Delete).With(id.Value).RunCounted() > 0;
        if (deleted)
        {
            session.Write(ClientBatchSql.DeleteProblems).With(id.Value).Run();
        }

        return deleted;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<ClientBatchCounts> CountAsync(ClientBatchId id, CancellationToken cancellationToken) => reads.ReadAsync(id, static (session, id) =>
    {
        var states = new int[(int)RequestState.Cancelled + 1];
        Statement row = session.Read(RequestSql.CountLineStates).With(id.Value);
        while (row.Next())
        {
            int state = row.Int32();
            states[state] = row.Int32();
        }

        Statement bad = session.Read(ClientBatchSql.CountProblems).With(id.Value);
        bad.Next();
        return new ClientBatchCounts(
            states.AsSpan(0, (int)RequestState.Succeeded).ToArray().Sum(),
            states[(int)RequestState.Succeeded],
            states[(int)RequestState.Failed],
            states[(int)RequestState.Expired],
            states[(int)RequestState.Cancelled],
            bad.Int32());
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<TokenUsage> SumUsageAsync(ClientBatchId id, CancellationToken cancellationToken) => reads.ReadAsync(id, static (session, id) =>
    {
        Statement row = session.Read(ClientBatchSql.SumUsage).With(id.Value);
        row.Next();
        return new TokenUsage(row.Int64(), row.Int64(), row.Int64(), row.Int64(), row.Int64());
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EndedLine>> ReadEndedAsync(ClientBatchId id, RequestId? after, int limit, CancellationToken cancellationToken) =>
        reads.ReadAsync((id, after, limit), static (session, state) =>
        {
            var page = new List<EndedLine>(state.limit);
            Statement row = session.Read(ClientBatchSql.ReadEnded).With(state.id.Value).With(state.after?.Value ?? Guid.Empty).With(state.limit);
            while (row.Next())
            {
                var request = new RequestId(row.Id());
                var ended = (RequestState)row.Int32();
                string customId = row.Text();
                long? statusCode = row.Int64OrNull();
                string? code = row.TextOrNull();
                page.Add(new EndedLine(request, customId, ended, statusCode is { } status ? new RequestResult((int)status, row.Bytes(), code) : null));
            }

            return (IReadOnlyList<EndedLine>)page;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RequestId>> ListOpenAsync(ClientBatchId id, int limit, CancellationToken cancellationToken) =>
        reads.ReadAsync((id, limit), static (session, state) =>
        {
            var open = new List<RequestId>();
            Statement row = session.Read(ClientBatchSql.ListOpen).With(state.id.Value).With(state.limit);
            while (row.Next())
            {
                open.Add(new RequestId(row.Id()));
            }

            return (IReadOnlyList<RequestId>)open;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> AwaitsPaidAsync(ClientBatchId id, CancellationToken cancellationToken) =>
        reads.ReadAsync(id, static (session, id) => session.Read(ClientBatchSql.AwaitsPaid).With(id.Value).Next(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LineProblem>> ReadProblemsAsync(ClientBatchId id, int afterLine, int limit, CancellationToken cancellationToken) =>
        reads.ReadAsync((id, afterLine, limit), static (session, state) =>
        {
            var page = new List<LineProblem>();
            Statement row = session.Read(ClientBatchSql.ReadProblems).With(state.id.Value).With(state.afterLine).With(state.limit);
            while (row.Next())
            {
                int line = row.Int32();
                page.Add(new LineProblem(
                    line == 0 ? null : line, (int?)row.Int64OrNull(), row.TextOrNull(), row.Text(), row.TextOrNull(), row.Text(), row.Text()));
            }

            return (IReadOnlyList<LineProblem>)page;
        }, cancellationToken);

    private bool Update(Session session, ClientBatch batch, ClientBatchState expected, IReadOnlyList<StoredFile> files, IReadOnlyList<LineProblem> problems)
    {
        if (!ClientBatchRows.Update(session, batch, expected))
        {
            return false;
        }

        AddProblems(session, batch.Id, problems);
        foreach (StoredFile file in files)
        {
            FileStore.Insert(session, file);
            if (file.SealedAs is { } sealedAs)
            {
                contents.Name(session, sealedAs, file.Id.Value);
            }
        }

        if (EventOf(batch.State) is { } name)
        {
            session.Write(FileSql.Release).With(batch.InputFile.Value).With(batch.Id.Value).Run();
            Announce(session, batch, name);
        }

        return true;
    }

    // Line 0 stands for the file as a whole.
    private static void AddProblems(Session session, ClientBatchId id, IReadOnlyList<LineProblem> problems)
    {
        foreach (LineProblem problem in problems)
        {
            session.Write(ClientBatchSql.InsertProblem)
                .With(id.Value)
                .With(problem.Line ?? 0)
                .With((long?)problem.Column)
                .With(problem.CustomId)
                .With(problem.Code)
                .With(problem.Param)
                .With(problem.Message)
                .With(problem.Remedy)
                .Run();
        }
    }

    private void Announce(Session session, ClientBatch batch, string name)
    {
        events.Announce(session, name, batch.PrintedId, batch.Team, batch.Webhook, batch.EndedAt!.Value);
        if (batch.Mail is { } mail)
        {
            events.Add(session, name, batch.PrintedId, MailStore.Target(mail.Value), batch.EndedAt.Value);
        }
    }

    private static string? EventOf(ClientBatchState state) => state switch
    {
        ClientBatchState.Completed => DeliveryEvents.BatchCompleted,
        ClientBatchState.Failed => DeliveryEvents.BatchFailed,
        ClientBatchState.Expired => DeliveryEvents.BatchExpired,
        ClientBatchState.Cancelled => DeliveryEvents.BatchCancelled,
        _ => null,
    };
}
