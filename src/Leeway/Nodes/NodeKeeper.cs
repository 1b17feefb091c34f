using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Leeway.Nodes;

/// <summary>
/// Keeps this node among the others: joins, renews the lease every third of its length, takes over the work of nodes whose lease has expired,
/// and joins anew when its own is lost. One caller at a time.
/// </summary>
public sealed partial class NodeKeeper(INodeStore store, NodeStanding standing, IConfigSource config, TimeProvider clock, ILogger<NodeKeeper> logger)
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_forgetEvery = TimeSpan.FromMinutes(1);

    private readonly string _version = typeof(NodeKeeper).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
    private long _renewedAt;
    private long _forgotAt;
    private bool _wasLost;

    /// <summary>Raised with numbers whose work is this node's now.</summary>
    public event Action<IReadOnlyList<int>>? Gained;

    /// <summary>Raised when nothing is this node's any more, before it joins anew.</summary>
    public event Func<Task>? Lost;

    /// <summary>Whether there is anything to repeat <see cref="RunOnceAsync"/> for.</summary>
    public bool IsShared => store.IsShared;

    /// <summary>Joins; what the node holds from then on is in <see cref="NodeStanding.Lease"/>.</summary>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        NodeConfig node = config.Current.Server.Node;
        long sentAt = clock.GetTimestamp();
        NodeLease lease = await store.JoinAsync(new NodeIntroduction(NameOf(node), config.Current.Server.AdminListen.ToString(), _version, node.Lease) { Anew = _wasLost }, cancellationToken);

        // Where nobody else can come, nothing expires.
        standing.Holds(lease, sentAt, store.IsShared ? node.Lease : Timeout.InfiniteTimeSpan);
        _renewedAt = _forgotAt = sentAt;
        _wasLost = false;
        if (store.IsShared)
        {
            standing.Nodes = await store.ListAsync(cancellationToken);
            LogJoined(logger, lease.Node, lease.Epoch);
        }
    }

    /// <summary>Does what is due. What fails is told by <see cref="NodeStanding.Trouble"/> and tried again.</summary>
    /// <returns>How long to wait.</returns>
    public async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!store.IsShared)
        {
            return Timeout.InfiniteTimeSpan;
        }

        try
        {
            await AdvanceAsync(cancellationToken);
        }
        catch (NodeLeaseLostException)
        {
            await LoseAsync();
            return TimeSpan.Zero;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (standing.Trouble is null)
            {
                LogUnreachable(logger, exception);
            }

            standing.Fails($"the database cannot be reached: {exception.Message}");
        }

        TimeSpan third = config.Current.Server.Node.Lease / 3;
        return third < s_look ? third : s_look;
    }

    /// <summary>
    /// Ends the lease, so that others take over at once, also when the time to drain has run out. A database that cannot be told does it by itself
    /// when the lease ends.
    /// </summary>
    public async Task LeaveAsync()
    {
        if (standing.Lease is not { } lease || !store.IsShared)
        {
            return;
        }

        using var patience = new CancellationTokenSource(s_farewell, clock);
        try
        {
            await store.LeaveAsync(lease, patience.Token);
            LogLeft(logger, lease.Node);
        }
        catch (Exception exception)
        {
            LogNotLeft(logger, lease.Node, exception);
        }
    }

    private static string NameOf(NodeConfig node) => node.Name ?? Environment.MachineName;

    private async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        // 1. In.
        if (standing.Lease is not { } lease)
        {
            await JoinAsync(cancellationToken);
            Gained?.Invoke(standing.Numbers);
            return;
        }

        // 2. Renewed; sooner than a third when the last one failed.
        NodeConfig node = config.Current.Server.Node;
        if (standing.Trouble is not null || clock.GetElapsedTime(_renewedAt) >= node.Lease / 3)
        {
            long sentAt = clock.GetTimestamp();
            if (!await store.RenewAsync(lease, node.Lease, cancellationToken))
            {
                throw new NodeLeaseLostException();
            }

            if (standing.Trouble is not null)
            {
                LogReachable(logger, lease.Node);
            }

            standing.Renewed(sentAt, node.Lease);
            _renewedAt = sentAt;
        }

        // 3. Who is there, and who is gone.
        standing.Nodes = await store.ListAsync(cancellationToken);
        IReadOnlyList<int> gained = await store.TakeOverAsync(lease, cancellationToken);
        if (gained.Count > 0)
        {
            standing.Gained(gained);
            LogGained(logger, lease.Node, string.Join(", ", gained));
            Gained?.Invoke(gained);
        }

        // 4. What is done with.
        if (lease.Others.Count > 0 && clock.GetElapsedTime(_forgotAt) >= s_forgetEvery)
        {
            _forgotAt = clock.GetTimestamp();
            standing.Forgot(await store.ForgetAsync(lease, cancellationToken));
        }
    }

    private async Task LoseAsync()
    {
        LogLost(logger, standing.Lease?.Node ?? -1);
        _wasLost = true;
        standing.Lost();
        if (Lost is { } lost)
        {
            await lost();
        }
    }

    [LoggerMessage(EventId = 1101, Level = LogLevel.Information, Message = "This is node {Node}, epoch {Epoch}")]
    private static partial void LogJoined(ILogger logger, int node, long epoch);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning, Message = "Node {Node} takes over the work of {Gone}")]
    private static partial void LogGained(ILogger logger, int node, string gone);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Warning, Message = "Another node took over the work of node {Node}; this one drops it and joins anew")]
    private static partial void LogLost(ILogger logger, int node);

    [LoggerMessage(EventId = 1104, Level = LogLevel.Error, Message = "The database cannot be reached: deferred work stops when the lease ends, calls in real time go on")]
    private static partial void LogUnreachable(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1105, Level = LogLevel.Information, Message = "Node {Node} reaches the database again")]
    private static partial void LogReachable(ILogger logger, int node);

    [LoggerMessage(EventId = 1106, Level = LogLevel.Information, Message = "Node {Node} has left")]
    private static partial void LogLeft(ILogger logger, int node);

    [LoggerMessage(EventId = 1107, Level = LogLevel.Warning, Message = "Node {Node} could not say that it leaves; others take over when its lease ends")]
    private static partial void LogNotLeft(ILogger logger, int node, Exception exception);
}
