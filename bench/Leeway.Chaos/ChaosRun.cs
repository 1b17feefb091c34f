using System.Data.Common;
using System.Globalization;
using Leeway.Chaos.Checking;
using Leeway.Chaos.Load;
using Leeway.Chaos.Processes;
using Leeway.Chaos.Reporting;
using Leeway.Chaos.Troubles;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Leeway.Chaos;

/// <summary>One run from the start of the cluster to the verdict.</summary>
internal static class ChaosRun
{
    // Clients go on asking for what they were not told for so long after load and troubles are over.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(15);

    public static async Task<ChaosReport> RunAsync(ChaosOptions options, Action<string> say)
    {
        string folder = options.Out is { } named ? Directory.CreateDirectory(named).FullName : Directory.CreateTempSubdirectory("leeway-chaos-").FullName;
        var findings = new Findings();
        var troubles = new TroubleLog();
        var log = new ClientLog();
        DateTimeOffset began;
        await using (Cluster cluster = await Cluster.StartAsync(options, folder))
        {
            using var maker = new TroubleMaker(cluster, troubles);
            IReadOnlyList<TroubleKind> kinds = [.. maker.Possible.Intersect(options.Only.Count > 0 ? TroublePlan.Named(options.Only) : Enum.GetValues<TroubleKind>())];
            IReadOnlyList<Trouble> plan = TroublePlan.Draw(options.Seed, kinds, options.Nodes, options.Length, options.Every);
            TroubleKind[] missing = [.. Enum.GetValues<TroubleKind>().Except(kinds).Where(_ => options.Only.Count == 0)];
            if (missing.Length > 0)
            {
                say($"Cannot be made here and is left out: {string.Join(", ", missing)}.");
            }

            say($"{options.Command}: {plan.Count} troubles, in {folder}");
            began = TimeProvider.System.GetUtcNow();
            using var over = new CancellationTokenSource();
            var pulse = new Pulse(() => Database(cluster), options, findings);
            Task beside = Task.WhenAll(pulse.RunAsync(over.Token), new Supervisor(cluster.Nodes).RunAsync(over.Token));
            await DriveAsync(options, cluster, maker, plan, log);
            say("Load and troubles are over; the cluster settles.");
            TimeSpan settled = await SettleAsync(options, cluster, findings);
            await over.CancelAsync();
            await beside;
            say(string.Create(CultureInfo.InvariantCulture, $"Settled after {settled.TotalSeconds:0.0} s; checking."));
            try
            {
                await CheckAsync(cluster, log, troubles, findings);
            }
            catch (InvalidOperationException exception)
            {
                // What was found up to there is worth having, and a node that does not answer is a finding.
                findings.Violate(Promises.Settled, "check", exception.Message);
            }

            pulse.Report(troubles, began);
            NoteExits(cluster, findings);
            findings.Count("settled after", string.Create(CultureInfo.InvariantCulture, $"{settled.TotalSeconds:0.0} s"));
            findings.Count("recoveries", Spread(troubles.Recoveries.Select(one => one.Took.TotalSeconds)));
            await KeepDataAsync(cluster, findings);
            findings.Count("troubles", string.Join(", ", troubles.Events.CountBy(one => one.Trouble.Kind).OrderBy(one => one.Key).Select(one => $"{one.Value} {one.Key}")));
            if (missing.Length > 0)
            {
                findings.Count("left out, cannot be made here", string.Join(", ", missing));
            }
        }

        return new ChaosReport(options, folder, began, findings, troubles, log);
    }

    private static async Task DriveAsync(ChaosOptions options, Cluster cluster, TroubleMaker maker, IReadOnlyList<Trouble> plan, ClientLog log)
    {
        using var arriving = new CancellationTokenSource();
        using var giveUp = new CancellationTokenSource();
        using var front = new Front([.. cluster.Nodes.Select(node => node.Url)], log, cluster.Keys);
        Task watching = new Watcher(front, log, options.Seed).RunAsync(giveUp.Token);
        Task loading = new Traffic(new Clients(front, log, cluster.Webhook, cluster.Keys, giveUp.Token), options.Rate, options.Seed).RunAsync(arriving.Token);
        Task making = maker.RunAsync(plan);
        await Task.Delay(options.Length);
        await arriving.CancelAsync();
        await making;

        // All are up again by now, or were never down.
        await Task.WhenAll(cluster.Nodes.Select(node => node.BringUpAsync(StartPatience)));
        giveUp.CancelAfter(LastWords);
        await loading;
        await giveUp.CancelAsync();
        await watching;
    }

    private static async Task<TimeSpan> SettleAsync(ChaosOptions options, Cluster cluster, Findings findings)
    {
        using var evidence = new Evidence(cluster);
        long begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            string left;
            try
            {
                List<Seen> open = await evidence.ReadOpenAsync();
                List<string> batches = open.Count == 0 ? await evidence.ReadOpenBatchesAsync() : [];
                int deliveries = open.Count + batches.Count == 0 ? await evidence.CountOpenDeliveriesAsync() : 0;
                left = open.Count > 0 ? $"{open.Count} requests are open: {string.Join("; ", open.Take(20))}"
                    : batches.Count > 0 ? $"batches are open: {string.Join("; ", batches.Take(20))}"
                    : deliveries > 0 ? $"{deliveries} deliveries are open"
                    : "";
            }
            catch (Exception exception) when (exception is HttpRequestException or InvalidOperationException or TaskCanceledException)
            {
                left = exception.Message;
            }

            TimeSpan took = TimeProvider.System.GetElapsedTime(begun);
            if (left.Length == 0 || took > options.SettleWithin)
            {
                if (left.Length > 0)
                {
                    findings.Violate(Promises.Settled, "cluster", $"after {took.TotalSeconds:0} s {left}");
                }

                return took;
            }

            await Task.Delay(Step);
        }
    }

    private static async Task CheckAsync(Cluster cluster, ClientLog log, TroubleLog troubles, Findings findings)
    {
        using var evidence = new Evidence(cluster);

        // Bills of batches whose time has come, cancelled ones too.
        await cluster.Vendor.ReadLedgerAsync();
        await evidence.ReadAllAsync();
        var ends = new EndCheck(log, evidence, findings);
        await ends.RunAsync();
        new MoneyCheck(log, evidence, cluster.Vendor.Bills, troubles, findings).Run(ends.Found);
        new WebhookCheck(log, evidence, cluster.Receiver.Calls, findings).Run();
        await using DbConnection database = Database(cluster);
        await DatabaseCheck.RunAsync(database, findings);
        if (cluster.Keys is { } keys)
        {
            await new BudgetCheck(keys, log, cluster.Vendor.Bills, findings).RunAsync(database, await evidence.ReadSpentAsync(keys.SparingId));
        }
    }

    // A node that is started while its database is away says so and ends; one that worked does not end by itself, whatever is broken.
    private static void NoteExits(Cluster cluster, Findings findings)
    {
        NodeExit[] exits = [.. cluster.Nodes.SelectMany(node => node.Exits)];
        foreach (NodeExit exit in exits.Where(exit => exit.WasReady))
        {
            findings.Violate(Promises.Nodes, string.Create(CultureInfo.InvariantCulture, $"node {exit.Node}"), exit.ToString());
        }

        findings.Count("starts in vain", exits.Count(exit => !exit.WasReady).ToString(CultureInfo.InvariantCulture));
    }

    // A node's disk of its own is gone with the cluster; what was violated must stay to be looked at.
    private static async Task KeepDataAsync(Cluster cluster, Findings findings)
    {
        if (findings.Violations.IsEmpty)
        {
            return;
        }

        foreach (GatewayNode node in cluster.Nodes.Where(node => cluster.Disks[node.Number] is not null))
        {
            await node.KillAsync();
            await Shell.TryAsync("cp", "-r", node.DataFolder, Path.Combine(node.Folder, "data-kept"));
        }
    }

    private static DbConnection Database(Cluster cluster) => cluster.Postgres is { } postgres
        ? new NpgsqlConnection(PostgresServer.ConnectionAt(postgres.Port))
        : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(cluster.Nodes[0].DataFolder, "leeway.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());

    private static string Spread(IEnumerable<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        return sorted.Length == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"{sorted.Length}, ready after {sorted[sorted.Length / 2]:0.0} s (median; at most {sorted[^1]:0.0} s)");
    }
}
