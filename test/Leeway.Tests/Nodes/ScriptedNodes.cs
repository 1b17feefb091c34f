using System.Data.Common;

namespace Leeway.Tests.Nodes;

/// <summary>Nodes as a test scripts them.</summary>
internal sealed class ScriptedNodes : INodeStore
{
    public event Action? Ended
    {
        add { }
        remove { }
    }

    public event Action? KeysChanged
    {
        add { }
        remove { }
    }

    public bool IsShared => true;

    /// <summary>Whether the database cannot be reached.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether another node has taken the lease.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Numbers of nodes that are gone.</summary>
    public List<int> Gone { get; } = [];

    public List<NodeIntroduction> Joins { get; } = [];

    public int Renewals { get; private set; }

    public bool HasLeft { get; private set; }

    public Task<NodeLease> JoinAsync(NodeIntroduction node, CancellationToken cancellationToken)
    {
        Reach();
        Joins.Add(node);
        IsTaken = false;
        return Task.FromResult(new NodeLease(Joins.Count, 1));
    }

    public Task<bool> RenewAsync(NodeLease lease, TimeSpan length, CancellationToken cancellationToken)
    {
        Reach();
        Renewals++;
        return Task.FromResult(!IsTaken);
    }

    public Task LeaveAsync(NodeLease lease, CancellationToken cancellationToken)
    {
        Reach();
        HasLeft = true;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<int>> TakeOverAsync(NodeLease lease, CancellationToken cancellationToken)
    {
        Reach();
        int[] gone = [.. Gone];
        Gone.Clear();
        return IsTaken ? throw new NodeLeaseLostException() : Task.FromResult<IReadOnlyList<int>>(gone);
    }

    public Task<IReadOnlyList<int>> ForgetAsync(NodeLease lease, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<int>>([.. lease.Others]);

    public Task<IReadOnlyList<RequestId>> TakeEndsAsync(NodeLease lease, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<RequestId>>([]);

    public Task<IReadOnlyList<NodeRecord>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<NodeRecord>>([]);

    private void Reach()
    {
        if (IsAway)
        {
            throw new AwayException();
        }
    }

    private sealed class AwayException() : DbException("scripted: no route to host");
}
