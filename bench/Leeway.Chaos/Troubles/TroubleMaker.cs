using Leeway.Chaos.Network;
using Leeway.Chaos.Processes;

namespace Leeway.Chaos.Troubles;

/// <summary>Makes the troubles of a plan, each at its time, and heals them.</summary>
internal sealed class TroubleMaker(Cluster cluster, TroubleLog log) : IDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(400);

    private readonly SemaphoreSlim _database = new(1, 1);

    /// <summary>Kinds that can be made of this cluster, here.</summary>
    public IEnumerable<TroubleKind> Possible => Enum.GetValues<TroubleKind>().Where(kind => kind switch
    {
        TroubleKind.DatabaseDropped or TroubleKind.DatabaseDeaf or TroubleKind.DatabaseReset or TroubleKind.DatabaseSlow
            or TroubleKind.DatabaseStop or TroubleKind.DatabaseCrash => cluster.Postgres is not null,
        TroubleKind.DiskFull => cluster.Disks.All(disk => disk is not null),
        TroubleKind.ClockSkew => NodeClock.IsAvailable,
        _ => true,
    });

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    /// <summary>Makes them all; ends when the last is healed.</summary>
    public async Task RunAsync(IReadOnlyList<Trouble> plan)
    {
        long begun = TimeProvider.System.GetTimestamp();
        var under = new List<Task>();
        foreach (Trouble trouble in plan)
        {
            TimeSpan wait = trouble.At - TimeProvider.System.GetElapsedTime(begun);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            under.Add(MakeAsync(trouble));
        }

        await Task.WhenAll(under);
    }

    private async Task MakeAsync(Trouble trouble)
    {
        Happened happened = log.Begin(trouble);
        GatewayNode node = cluster.Nodes[trouble.Node];
        switch (trouble.Kind)
        {
            case TroubleKind.Kill:
                await WithAsync(node.Gate, happened, () => KillAsync(node, trouble.For));
                break;
            case TroubleKind.Pause:
                await WithAsync(node.Gate, happened, async () =>
                {
                    await node.PauseAsync();
                    await Task.Delay(trouble.For);
                    await node.ResumeAsync();
                });
                break;
            case TroubleKind.Roll:
                await RollAsync(happened);
                break;
            case TroubleKind.ProviderDropped or TroubleKind.ProviderDeaf or TroubleKind.ProviderReset or TroubleKind.ProviderSlow:
                await CutAsync(cluster.ToVendor[trouble.Node], trouble);
                break;
            case TroubleKind.DatabaseDropped or TroubleKind.DatabaseDeaf or TroubleKind.DatabaseReset or TroubleKind.DatabaseSlow:
                await CutAsync(cluster.ToDatabase[trouble.Node], trouble);
                break;
            case TroubleKind.DatabaseStop or TroubleKind.DatabaseCrash:
                await WithAsync(_database, happened, async () =>
                {
                    await cluster.Postgres!.StopAsync(trouble.Kind == TroubleKind.DatabaseStop ? "fast" : "immediate");
                    await Task.Delay(trouble.For);
                    await cluster.Postgres.RestartAsync();
                });
                break;
            case TroubleKind.DiskFull:
                await ForAsync(trouble, cluster.Disks[trouble.Node]!.Fill, cluster.Disks[trouble.Node]!.Free);
                break;
            case TroubleKind.ClockSkew:
                await ForAsync(trouble, () => cluster.Clocks[trouble.Node].Skew(trouble.Skew), () => cluster.Clocks[trouble.Node].Skew(TimeSpan.Zero));
                break;
            case TroubleKind.VendorOut:
                await ForAsync(trouble, cluster.Vendor.GoDown, cluster.Vendor.Recover);
                break;
            case TroubleKind.VendorFalters:
                await ForAsync(trouble, cluster.Vendor.Falter, cluster.Vendor.Recover);
                break;
            case TroubleKind.ReceiverOut:
                await ForAsync(trouble, () => cluster.Receiver.IsOut = true, () => cluster.Receiver.IsOut = false);
                break;
        }

        happened.Until = TimeProvider.System.GetUtcNow();
    }

    private async Task KillAsync(GatewayNode node, TimeSpan down)
    {
        await node.KillAsync();
        await Task.Delay(down);
        TimeSpan took = await node.StartUntilReadyAsync(StartPatience);
        log.Recoveries.Enqueue(($"node {node.Number} killed", took));
    }

    private async Task RollAsync(Happened happened)
    {
        foreach (GatewayNode node in cluster.Nodes)
        {
            await WithAsync(node.Gate, happened, async () =>
            {
                if (!await node.StopAsync(DrainPatience))
                {
                    happened.Note += $"node {node.Number} did not stop within {DrainPatience.TotalSeconds} s; ";
                }

                TimeSpan took = await node.StartUntilReadyAsync(StartPatience);
                log.Recoveries.Enqueue(($"node {node.Number} restarted", took));
            });
        }
    }

    private static Task CutAsync(FaultProxy proxy, Trouble trouble)
    {
        (Passage toServer, Passage toClient) = trouble.Kind switch
        {
            TroubleKind.ProviderDropped or TroubleKind.DatabaseDropped => (Passage.Dropped, Passage.Dropped),
            TroubleKind.ProviderDeaf or TroubleKind.DatabaseDeaf => (Passage.Open, Passage.Dropped),
            TroubleKind.ProviderReset or TroubleKind.DatabaseReset => (Passage.Reset, Passage.Reset),
            _ => (Passage.Slow, Passage.Slow),
        };
        return ForAsync(trouble, () => proxy.Set(toServer, toClient, Lag), proxy.Open);
    }

    private static async Task ForAsync(Trouble trouble, Action begin, Action end)
    {
        begin();
        await Task.Delay(trouble.For);
        end();
    }

    // What is down already is left alone: troubles that queue up would last longer than the load.
    private static async Task WithAsync(SemaphoreSlim gate, Happened happened, Func<Task> act)
    {
        if (!await gate.WaitAsync(TimeSpan.Zero))
        {
            happened.Note += "left out: it was down already; ";
            return;
        }

        try
        {
            await act();
        }
        finally
        {
            gate.Release();
        }
    }
}
