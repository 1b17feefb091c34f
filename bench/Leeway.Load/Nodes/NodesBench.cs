using System.Diagnostics;
using System.Globalization;
using Leeway.Load.Enqueue;
using Leeway.Load.Processes;
using Leeway.Load.Reporting;
using Leeway.Load.Serving;

namespace Leeway.Load.Nodes;

/// <summary>Two nodes against one on a database, and what batch work costs real time.</summary>
internal static class NodesBench
{
    private const int Connections = 256;
    private const int BatchConnections = 64;

    // Until what runs often has been compiled for it: a node that has just started is slower than one that has run for a while.
    private const int WarmUpSeconds = 10;

    // Deferred calls come for so many stretches, that the node still has some to work off at the end of the next.
    private const int BacklogFactor = 8;

    private static int s_number;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        var report = new Report("Nodes", $"bench/Leeway.Load nodes --rounds {options.Rounds} --seconds {options.Seconds}{(options.Only.Count > 0 ? " --only " + string.Join(',', options.Only) : "")}");
        string folder = Directory.CreateTempSubdirectory("leeway-bench-").FullName;
        try
        {
            await using PostgresServer server = await PostgresServer.StartAsync();
            await using ServerProcess provider = await ServerProcess.StartSelfAsync("provider", "serve-stub");
            await using ServerProcess batches = await ServerProcess.StartBehindAsync("batches", "serve-sandbox");
            Task<NodeSet> Start(string mode, int count) => StartAsync(server, folder, provider.Address, batches.Address, mode, count);

            var (intake, collect) = (new List<double>[] { [], [] }, new List<double>[] { [], [] });
            List<(Latency Straight, Latency Through)> idle = [], taking = [], working = [];
            for (int round = 1; round <= options.Rounds; round++)
            {
                foreach (int count in options.Only.Contains("realtime") ? [] : round % 2 == 0 ? new[] { 2, 1 } : [1, 2])
                {
                    Console.Error.WriteLine($"round {round} of {options.Rounds}: {count} nodes");
                    await using (NodeSet keeping = await Start(NodeServer.Keeps, count))
                    {
                        await keeping.EnqueueAsync(Connections, WarmUpSeconds);
                        intake[count - 1].Add(await keeping.EnqueueAsync(Connections, options.Seconds));
                    }

                    await using NodeSet all = await Start(NodeServer.Works, count);
                    await CollectAsync(all, WarmUpSeconds);
                    collect[count - 1].Add(await CollectAsync(all, options.Seconds));
                }

                Console.Error.WriteLine($"round {round} of {options.Rounds}: real time");
                await using NodeSet alone = await Start(NodeServer.Works, 1);
                await MeasureAsync(provider.Address, alone, options.Seconds, idle, taking, working);
            }

            bool holds = Write(report, options, intake, collect, idle, taking, working);
            report.Publish(options.Out);
            return holds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<NodeSet> StartAsync(PostgresServer server, string folder, Uri provider, Uri batches, string mode, int count)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"nodes_{++s_number}");
        return await NodeSet.StartAsync(Path.Combine(folder, name), await server.CreateAsync(name), provider, batches, mode, count);
    }

    // From the first call to the last end: taken in, sealed, submitted, collected.
    private static async Task<double> CollectAsync(NodeSet nodes, int seconds)
    {
        long begun = Stopwatch.GetTimestamp();
        HttpEnqueueResult[] results = await Task.WhenAll(nodes.Nodes.Select(node => new HttpEnqueue(Connections / nodes.Nodes.Count).RunAsync(node, seconds)));
        await nodes.DrainAsync();
        return results.Sum(static result => result.Accepted) / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    // The same node with nothing to do, while it takes in and works off as fast as it can, and while it works off what has come in meanwhile.
    private static async Task MeasureAsync(
        Uri provider, NodeSet alone, int seconds, List<(Latency, Latency)> idle, List<(Latency, Latency)> taking, List<(Latency, Latency)> working)
    {
        ServerProcess node = alone.Nodes[0];
        await Task.WhenAll(CollectAsync(alone, WarmUpSeconds), Probe.RunAsync(provider, node.Address, WarmUpSeconds));
        idle.Add(await Probe.RunAsync(provider, node.Address, seconds));
        Task load = DeferredLoad.RunAsync(node, BatchConnections, BacklogFactor * seconds);
        taking.Add(await Probe.RunAsync(provider, node.Address, seconds));
        await load;
        working.Add(await Probe.RunAsync(provider, node.Address, seconds));
        long left = await alone.OpenAsync();
        if (left == 0)
        {
            throw new InvalidOperationException($"The node had worked off everything before {seconds} s were over: its work was not measured.");
        }

        await alone.DrainAsync();
    }

    private static bool Write(
        Report report, LoadOptions options, List<double>[] intake, List<double>[] collect,
        List<(Latency Straight, Latency Through)> idle, List<(Latency Straight, Latency Through)> taking, List<(Latency Straight, Latency Through)> working)
    {
        report.Line($"Nodes are processes of their own on one PostgreSQL database with durable commits. **All of them, PostgreSQL, the providers and the load share {Environment.ProcessorCount} cores** (what works as hard as a node and would be elsewhere runs only when nothing else wants a core: the simulated provider of batches, and the callers of the second table): the first table tells what sharing costs, not what a second machine gives. Nodes have run for {WarmUpSeconds} s before. Each figure is the median of {options.Rounds} rounds, with the least and the most.").Line();
        if (intake[0].Count > 0)
        {
            report.Line("| requests per second | one node | two nodes | two by one |").Line("|---|---|---|---|");
            report.Line($"| deferred calls taken in, {Connections} connections in all | {Spread.Of(intake[0]).Text("0")} | {Spread.Of(intake[1]).Text("0")} | {Spread.Ratio(intake[1], intake[0]).Text("0.00")} |");
            report.Line($"| taken in, sealed, submitted and collected | {Spread.Of(collect[0]).Text("0")} | {Spread.Of(collect[1]).Text("0")} | {Spread.Ratio(collect[1], collect[0]).Text("0.00")} |");
            report.Line();
        }

        report.Line($"Real-time calls, {Probe.PerSecond / 2} a second to the provider and as many through one node, in three stretches: the node has nothing else to do; it works off a backlog, sealing, submitting and collecting as fast as it can; and {BatchConnections} connections send it deferred calls as fast as it takes them, of which it works off what it can. *Added* is through the node less straight, in the same stretch.").Line();
        report.Line("| ms | straight | through | added | by idle |").Line("|---|---|---|---|---|");
        foreach ((string name, Func<Latency, double> of) in new (string, Func<Latency, double>)[] { ("p50", static latency => latency.Median), ("p99", static latency => latency.Late) })
        {
            report.Line(Row($"{name}, idle", idle, idle, of));
            report.Line(Row($"{name}, working off", working, idle, of));
            report.Line(Row($"{name}, taking in and working off", taking, idle, of));
        }

        Must Bound(string what, List<(Latency Straight, Latency Through)> busy, Func<Latency, double> of) =>
            new($"real-time latency added at {what} by idle", Spread.Ratio(Added(busy, of), Added(idle, of)), 1.5, AtMost: true);
        return report.Verdicts(
        [
            Bound("p50, working off", working, static latency => latency.Median),
            Bound("p99, working off", working, static latency => latency.Late),
            Bound("p50, taking in and working off", taking, static latency => latency.Median),
            Bound("p99, taking in and working off", taking, static latency => latency.Late),
        ]);
    }

    private static string Row(string name, List<(Latency Straight, Latency Through)> pairs, List<(Latency Straight, Latency Through)> idle, Func<Latency, double> of)
    {
        List<double> added = Added(pairs, of);
        return $"| {name} | {Spread.Of(pairs.Select(pair => of(pair.Straight))).Text("0.00")} | {Spread.Of(pairs.Select(pair => of(pair.Through))).Text("0.00")} | {Spread.Of(added).Text("0.00")} | {Spread.Ratio(added, Added(idle, of)).Text("0.00")} |";
    }

    private static List<double> Added(List<(Latency Straight, Latency Through)> pairs, Func<Latency, double> of) => [.. pairs.Select(pair => of(pair.Through) - of(pair.Straight))];
}
