using Leeway.Storage.Sql;

namespace Leeway.Storage.Nodes;

/// <summary>
/// The lease under which this storage writes. Before anyone joins there is none and nothing is fenced: tools and tests have the database to
/// themselves.
/// </summary>
internal sealed class NodeFence(bool isShared)
{
    private volatile NodeLease? _lease;
    private volatile bool _isLost;

    /// <summary>Whether other nodes may write too.</summary>
    public bool IsShared => isShared;

    /// <summary>The number that new rows get.</summary>
    public int Node => _lease?.Node ?? 0;

    /// <summary>Whether a number's work is this node's.</summary>
    public bool Holds(int node) => _lease is not { } lease || lease.Node == node || lease.Others.Contains(node);

    /// <summary>Writes under a lease from now on.</summary>
    public void Hold(NodeLease lease) => (_lease, _isLost) = (lease, false);

    /// <summary>The lease of the node holds more, or fewer, of others.</summary>
    public void Hold(NodeLease lease, IReadOnlyList<int> others)
    {
        if (_lease is { } now && (now.Node, now.Epoch) == (lease.Node, lease.Epoch))
        {
            _lease = now with { Others = others };
        }
    }

    /// <summary>Writes nothing until a lease is held again.</summary>
    public void Lose() => _isLost = true;

    /// <summary>
    /// Called first in each transaction that must be this node's. Where the database is asked for the lease together with what follows,
    /// the transaction fails by <see cref="RowMissingException"/> before its commit.
    /// </summary>
    /// <exception cref="NodeLeaseLostException">The lease is known to be another's.</exception>
    public void Check(Session session)
    {
        if (_lease is not { } lease)
        {
            return;
        }

        if (_isLost)
        {
            throw new NodeLeaseLostException();
        }

        session.Write(NodeSql.Fence).With(lease.Node).With(lease.Epoch).RunDemanded();
    }
}
