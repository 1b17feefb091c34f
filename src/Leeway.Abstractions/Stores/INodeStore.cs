namespace Leeway;

/// <summary>
/// The nodes that share a database, and their leases, which are judged by the database's clock. After <see cref="JoinAsync"/> every write of
/// the path through the same storage is fenced: it changes nothing once another node has taken the lease, and fails with
/// <see cref="NodeLeaseLostException"/>.
/// </summary>
public interface INodeStore
{
    /// <summary>Whether other nodes may share the database. Where not, whoever joins holds all there is.</summary>
    bool IsShared { get; }

    /// <summary>Raised when the database hints that another node has recorded an end. A hint may be lost, or come for nothing.</summary>
    event Action? Ended;

    /// <summary>Raised when the database hints that another node has changed a key.</summary>
    event Action? KeysChanged;

    /// <summary>
    /// Joins. A node whose folder has a number takes that one back at once, with a new epoch, unless another node holds it; else it gets the
    /// number that came with the database, if nobody ever had it, or a new one.
    /// </summary>
    Task<NodeLease> JoinAsync(NodeIntroduction node, CancellationToken cancellationToken);

    /// <summary>Renews a lease; also one that has expired, while nobody has taken it over.</summary>
    /// <returns>False when it is lost.</returns>
    Task<bool> RenewAsync(NodeLease lease, TimeSpan length, CancellationToken cancellationToken);

    /// <summary>Ends a lease now, so that others need not wait for its end.</summary>
    Task LeaveAsync(NodeLease lease, CancellationToken cancellationToken);

    /// <summary>Takes over the work of every node whose lease has expired, and of those that they had taken over. Of two callers one gets each.</summary>
    /// <returns>The numbers whose work is the caller's now.</returns>
    /// <exception cref="NodeLeaseLostException">The caller's own lease is lost.</exception>
    Task<IReadOnlyList<int>> TakeOverAsync(NodeLease lease, CancellationToken cancellationToken);

    /// <summary>Forgets numbers held by a node whose work is all done.</summary>
    /// <returns>Those forgotten.</returns>
    Task<IReadOnlyList<int>> ForgetAsync(NodeLease lease, CancellationToken cancellationToken);

    /// <summary>Ends of requests of the node that other nodes recorded, each told once, and at most a few thousand at a time.</summary>
    Task<IReadOnlyList<RequestId>> TakeEndsAsync(NodeLease lease, CancellationToken cancellationToken);

    /// <summary>All nodes, by number.</summary>
    Task<IReadOnlyList<NodeRecord>> ListAsync(CancellationToken cancellationToken);
}
