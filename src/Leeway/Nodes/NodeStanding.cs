namespace Leeway.Nodes;

/// <summary>
/// How this node stands: which work it holds, and until when by its own monotonic clock it may believe so. Counted from before a renewal was
/// sent, so it ends before the lease does by the database's clock, whatever the clocks show. A host that never joins has its stores to itself.
/// Thread-safe.
/// </summary>
public sealed class NodeStanding(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private NodeLease? _lease;
    private IReadOnlyList<NodeRecord> _nodes = [];
    private long _renewedAt;
    private TimeSpan _length = Timeout.InfiniteTimeSpan;
    private bool _isLost;
    private int _term;
    private string? _trouble;
    private volatile bool _isDraining;

    /// <summary>Whether work that costs money may begin: the lease is certainly this node's.</summary>
    public bool MayPay
    {
        get
        {
            lock (_lock)
            {
                return !_isLost && !_isDraining && (_length == Timeout.InfiniteTimeSpan || clock.GetElapsedTime(_renewedAt) < _length);
            }
        }
    }

    /// <summary>The lease; null before the first, and while there is none.</summary>
    public NodeLease? Lease
    {
        get
        {
            lock (_lock)
            {
                return _isLost ? null : _lease;
            }
        }
    }

    /// <summary>The numbers whose work is this node's. What a host that never joined accepts has the number 0.</summary>
    public IReadOnlyList<int> Numbers
    {
        get
        {
            lock (_lock)
            {
                return _isLost ? [] : _lease is { } lease ? [.. lease.Numbers] : [0];
            }
        }
    }

    /// <summary>Grows each time the node gets or loses its work: what was begun under another is not this one's.</summary>
    public int Term
    {
        get
        {
            lock (_lock)
            {
                return _term;
            }
        }
    }

    /// <summary>Whether the node is about to stop: it takes nothing new.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Trouble
    {
        get
        {
            lock (_lock)
            {
                return _trouble;
            }
        }
    }

    /// <summary>All nodes as they were last seen; empty where there is only one.</summary>
    public IReadOnlyList<NodeRecord> Nodes
    {
        get
        {
            lock (_lock)
            {
                return _nodes;
            }
        }

        internal set
        {
            lock (_lock)
            {
                _nodes = value;
            }
        }
    }

    /// <summary>Whether other nodes work beside this one, as far as is known.</summary>
    public bool HasPeers
    {
        get
        {
            lock (_lock)
            {
                return _nodes.Any(node => node.IsLive && node.Id != _lease?.Node);
            }
        }
    }

    /// <summary>
    /// Among how many nodes a limit is shared: each keeps within an equal part of it, which needs no word between them and holds when the database
    /// is away.
    /// </summary>
    public int Sharers
    {
        get
        {
            lock (_lock)
            {
                return Math.Max(1, _nodes.Count(static node => node.IsLive));
            }
        }
    }

    /// <summary>Whether this is the node that tidies up what belongs to none of them. Two may think so for a moment, which does no harm.</summary>
    public bool Tidies
    {
        get
        {
            lock (_lock)
            {
                return !_isLost && (_lease is null || _nodes.Count == 0 || _nodes.FirstOrDefault(static node => node.IsLive)?.Id == _lease.Node);
            }
        }
    }

    /// <summary>Whether a number's work is held by a node that is gone, or by this one.</summary>
    public bool IsOrphaned(int node)
    {
        lock (_lock)
        {
            return _nodes.FirstOrDefault(row => row.Id == node) is not { IsLive: true };
        }
    }

    /// <summary>Says that the node is about to stop.</summary>
    public void Drain() => _isDraining = true;

    /// <summary>A lease begins, or holds more than before.</summary>
    internal void Holds(NodeLease lease, long sentAt, TimeSpan length)
    {
        lock (_lock)
        {
            (_lease, _isLost, _trouble, _renewedAt, _length) = (lease, false, null, sentAt, length);
            _term++;
        }
    }

    /// <summary>The lease holds the work of more nodes.</summary>
    internal NodeLease Gained(IReadOnlyList<int> numbers)
    {
        lock (_lock)
        {
            NodeLease lease = _lease ?? throw new InvalidOperationException("There is no lease.");
            return _lease = lease with { Others = [.. lease.Others.Concat(numbers).Distinct()] };
        }
    }

    /// <summary>The lease holds the work of fewer nodes: those are done with.</summary>
    internal void Forgot(IReadOnlyList<int> numbers)
    {
        lock (_lock)
        {
            _lease = _lease is { } lease ? lease with { Others = [.. lease.Others.Except(numbers)] } : null;
        }
    }

    /// <summary>The lease was renewed by what was sent then.</summary>
    internal void Renewed(long sentAt, TimeSpan length)
    {
        lock (_lock)
        {
            (_renewedAt, _length, _trouble) = (sentAt, length, null);
        }
    }

    /// <summary>The database cannot be reached, or does not let the node in.</summary>
    internal void Fails(string trouble)
    {
        lock (_lock)
        {
            _trouble = trouble;
        }
    }

    /// <summary>Another node has the work.</summary>
    internal void Lost()
    {
        lock (_lock)
        {
            (_isLost, _lease, _trouble) = (true, null, "another node took over this node's work; it joins anew");
            _term++;
        }
    }
}
