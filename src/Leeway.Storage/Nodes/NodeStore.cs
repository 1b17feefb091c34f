using Leeway.Storage.Sql;

namespace Leeway.Storage.Nodes;

/// <summary>The nodes and their leases. What a node does to its own lease is not fenced by it.</summary>
internal sealed class NodeStore(Writer writer, ReadPool reads, NodeFence fence, string folder, bool isShared, IdSource ids) : INodeStore
{
    private const int EndsAtOnce = 4096;

    // Nodes that join in the same instant ask one after another.
    private const int MaxTries = 100;

    /// <inheritdoc/>
    public event Action? Ended;

    /// <inheritdoc/>
    public event Action? KeysChanged;

    /// <inheritdoc/>
    public bool IsShared => isShared;

    /// <inheritdoc/>
    public async Task<NodeLease> JoinAsync(NodeIntroduction node, CancellationToken cancellationToken)
    {
        var identity = new NodeIdentity(0, ids.Next());
        NodeIdentity? known = isShared && !node.Anew ? NodeIdentity.Read(folder) : null;
        NodeLease? lease = null;
        for (int i = 0; lease is null && i < MaxTries; i++)
        {
            lease = await writer.WriteFreeAsync((isShared, node, known, identity.Secret), static (session, state) =>
                Join(session, state.node, state.known, state.Secret, state.isShared), cancellationToken);
        }

        lease = lease ?? throw new InvalidOperationException("No number was left for this node: too many join at once.");
        if (isShared && lease.Node != known?.Node)
        {
            (identity with { Node = lease.Node }).Write(folder);
        }

        fence.Hold(lease);
        return lease;
    }

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(NodeLease lease, TimeSpan length, CancellationToken cancellationToken)
    {
        bool renewed = await writer.WriteFreeAsync((lease, length), static (session, state) =>
            session.Write(NodeSql.Renew).With(state.lease.Node).With(state.lease.Epoch).With((long)state.length.TotalMilliseconds).RunCounted() > 0, cancellationToken);
        if (!renewed)
        {
            fence.Lose();
        }

        return renewed;
    }

    /// <inheritdoc/>
    public Task LeaveAsync(NodeLease lease, CancellationToken cancellationToken) => writer.WriteFreeAsync(lease, static (session, lease) =>
        session.Write(NodeSql.Leave).With(lease.Node).With(lease.Epoch).RunCounted(), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<int>> TakeOverAsync(NodeLease lease, CancellationToken cancellationToken)
    {
        // Nobody is gone nearly always, and a look costs less than a write.
        List<(int Node, long Epoch)> expired = await reads.ReadAsync(lease, static (session, lease) =>
        {
            var found = new List<(int, long)>();
            Statement row = session.Read(NodeSql.LoadExpired).With(lease.Node);
            while (row.Next())
            {
                found.Add((row.Int32(), row.Int64()));
            }

            return found;
        }, cancellationToken);
        if (expired.Count == 0)
        {
            return [];
        }

        (List<int> taken, List<int> held) = await writer.WriteAsync((lease, expired), static (session, state) =>
        {
            var taken = new List<int>();
            foreach ((int node, long epoch) in state.expired)
            {
                if (session.Write(NodeSql.TakeOver).With(state.lease.Node).With(node).With(epoch).RunCounted() > 0)
                {
                    taken.Add(node);
                    taken.AddRange(Held(session, node));
                    session.Write(NodeSql.TakeHeld).With(state.lease.Node).With(node).Run();
                }
            }

            return (taken, Held(session, state.lease.Node));
        }, cancellationToken);
        fence.Hold(lease, held);
        return taken;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<int>> ForgetAsync(NodeLease lease, CancellationToken cancellationToken)
    {
        List<int> idle = await reads.ReadAsync(lease, static (session, lease) => Numbers(session.Read(NodeSql.LoadIdle).With(lease.Node)), cancellationToken);
        if (idle.Count == 0)
        {
            return [];
        }

        List<int> held = await writer.WriteAsync((lease, idle), static (session, state) =>
        {
            foreach (int node in state.idle)
            {
                session.Write(NodeSql.Delete).With(state.lease.Node).With(node).Run();
            }

            return Held(session, state.lease.Node);
        }, cancellationToken);
        fence.Hold(lease, held);
        return idle;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RequestId>> TakeEndsAsync(NodeLease lease, CancellationToken cancellationToken)
    {
        List<(int Node, Guid Request)> ends = await reads.ReadAsync(lease, static (session, lease) =>
        {
            var found = new List<(int, Guid)>();
            Statement row = session.Read(NodeSql.LoadEnds).With(lease.Node).With(EndsAtOnce);
            while (row.Next())
            {
                found.Add((row.Int32(), row.Id()));
            }

            return found;
        }, cancellationToken);
        if (ends.Count == 0)
        {
            return [];
        }

        await writer.WriteAsync(ends, static (session, ends) =>
        {
            foreach ((int node, Guid request) in ends)
            {
                session.Write(NodeSql.DeleteEnd).With(node).With(request).Run();
            }
        }, cancellationToken);
        return [.. ends.Select(static end => new RequestId(end.Request))];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NodeRecord>> ListAsync(CancellationToken cancellationToken) => reads.ReadAsync(0, static (session, _) =>
    {
        var found = new List<NodeRecord>();
        Statement row = session.Read(NodeSql.List);
        while (row.Next())
        {
            found.Add(new NodeRecord
            {
                Id = row.Int32(),
                Name = row.Text(),
                Epoch = row.Int64(),
                StartedAt = row.Instant(),
                ExpiresAt = row.Instant(),
                HeldBy = (int?)row.Int64OrNull(),
                Address = row.TextOrNull(),
                Version = row.Text(),
                IsExpired = row.Boolean(),
            });
        }

        return (IReadOnlyList<NodeRecord>)found;
    }, cancellationToken);

    /// <summary>Tells who listens what a node has hinted at.</summary>
    public void Heard(StorageHint hint) => (hint == StorageHint.Keys ? KeysChanged : Ended)?.Invoke();

    // 1. Its own number. 2. The number that nobody ever had. 3. A new one. In a database of its own it holds whatever there is.
    private static NodeLease? Join(Session session, NodeIntroduction node, NodeIdentity? known, Guid secret, bool isShared)
    {
        (int Node, long Epoch)? joined = isShared
            ? (known is null ? null : First(Introduced(session, NodeSql.TakeBack, node).With(known.Node).With(known.Secret)))
                ?? First(Introduced(session, NodeSql.TakeFirst, node).With(secret))
            : First(Introduced(session, NodeSql.TakeLowest, node).With(secret));
        joined ??= First(Introduced(session, NodeSql.Insert, node).With(secret));
        if (joined is not { } own)
        {
            return null;
        }

        if (!isShared)
        {
            session.Write(NodeSql.HoldAll).With(own.Node).Run();
        }

        return new NodeLease(own.Node, own.Epoch) { Others = Held(session, own.Node) };
    }

    private static Statement Introduced(Session session, string sql, NodeIntroduction node) =>
        session.Write(sql).With(node.Name).With(node.Address).With(node.Version).With((long)node.Lease.TotalMilliseconds);

    private static (int Node, long Epoch)? First(Statement row)
    {
        (int, long)? first = row.Next() ? (row.Int32(), row.Int64()) : null;
        row.Reset();
        return first;
    }

    private static List<int> Held(Session session, int node) => Numbers(session.Write(NodeSql.LoadHeld).With(node));

    private static List<int> Numbers(Statement row)
    {
        var found = new List<int>();
        while (row.Next())
        {
            found.Add(row.Int32());
        }

        return found;
    }
}
