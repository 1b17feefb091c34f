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

    private static int s_number;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        var report = new Report("Nodes", $"bench/Leeway.Load nodes --rounds {options.Rounds} --seconds {options.Seconds}");
        string folder = Directory.CreateTempSubdirectory("leeway-bench-").FullName;
        try
        {
            await using PostgresServer server = await PostgresServer.StartAsync();
            await using ServerProcess provider = await ServerProcess.StartSelfAsync("provider", "serve-stub");
            await using ServerProcess batches = await ServerProcess.StartSelfAsync("batches", "serve-sandbox");
            Task<NodeSet> Start(string mode, int count) => StartAsync(server, folder, provider.Address, batches.Address, mode, count);

            var (intake, collect) = (new List<double>[] { [], [] }, new List<double>[] { [], [] });
            List<(Latency Straight, Latency Through)> idle = [];
            List<(Latency Straight, Latency Through)> busy = [];
            for (int round = 1; round <= options.Rounds; round++)
            {
                foreach (int count in round % 2 == 0 ? new[] { 2, 1 } : [1, 2])
                {
                    Console.Error.WriteLine($"round {round} of {options.Rounds}: {count} nodes");
                    await using (NodeSet keeping = await Start(NodeServer.Keeps, count))
                    {
                        await keeping.EnqueueAsync(Connections, 1);
                        intake[count - 1].Add(await keeping.EnqueueAsync(Connections, options.Seconds));
                    }

                    await using NodeSet working = await Start(NodeServer.Works, count);
                    collect[count - 1].Add(await CollectAsync(working, options.Seconds));
                }

                Console.Error.WriteLine($"round {round} of {options.Rounds}: real time");
                await using NodeSet alone = await Start(NodeServer.Works, 1);
                await Probe.RunAsync(provider.Address, alone.Nodes[0].Address, 1);
                idle.Add(await Probe.RunAsync(provider.Address, alone.Nodes[0].Address, options.Seconds));
                Task<HttpEnqueueResult> load = new HttpEnqueue(BatchConnections).RunAsync(alone.Nodes[0], options.Seconds + 1);
                busy.Add(await Probe.RunAsync(provider.Address, alone.Nodes[0].Address, options.Seconds));
                await load;
                await alone.DrainAsync();
            }

            bool holds = Write(report, options, intake, collect, idle, busy);
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

    private static bool Write(
        Report report, LoadOptions options, List<double>[] intake, List<double>[] collect, List<(Latency Straight, Latency Through)> idle, List<(Latency Straight, Latency Through)> busy)
    {
        report.Line($"Nodes are processes of their own on one PostgreSQL database with durable commits. **All of them, PostgreSQL, the providers and the load share {Environment.ProcessorCount} cores**: the first table tells what sharing costs, not what a second machine gives. Each figure is the median of {options.Rounds} rounds, with the least and the most.").Line();
        report.Line("| requests per second | one node | two nodes | two by one |").Line("|---|---|---|---|");
        report.Line($"| deferred calls taken in, {Connections} connections in all | {Spread.Of(intake[0]).Text("0")} | {Spread.Of(intake[1]).Text("0")} | {Spread.Ratio(intake[1], intake[0]).Text("0.00")} |");
        report.Line($"| taken in, sealed, submitted and collected | {Spread.Of(collect[0]).Text("0")} | {Spread.Of(collect[1]).Text("0")} | {Spread.Ratio(collect[1], collect[0]).Text("0.00")} |");
        report.Line().Line($"Real-time calls, 25 a second to the provider and 25 through one node, while that node is idle and while {BatchConnections} connections send it deferred calls as fast as it takes them, which it seals, submits and collects meanwhile. *Added* is through the node less straight, in the same stretch.").Line();
        report.Line("| ms | straight, idle | through, idle | straight, busy | through, busy | added, idle | added, busy |").Line("|---|---|---|---|---|---|---|");
        report.Line(Row("p50", idle, busy, static latency => latency.Median));
        report.Line(Row("p99", idle, busy, static latency => latency.Late));
        return report.Verdicts(
        [
            new Must("real-time latency added at p50, busy by idle", Spread.Ratio(Added(busy, static latency => latency.Median), Added(idle, static latency => latency.Median)), 1.5, AtMost: true),
            new Must("real-time latency added at p99, busy by idle", Spread.Ratio(Added(busy, static latency => latency.Late), Added(idle, static latency => latency.Late)), 1.5, AtMost: true),
        ]);
    }

    private static string Row(string name, List<(Latency Straight, Latency Through)> idle, List<(Latency Straight, Latency Through)> busy, Func<Latency, double> of)
    {
        string Text(IEnumerable<double> values) => Spread.Of(values).Text("0.00");
        return $"| {name} | {Text(idle.Select(pair => of(pair.Straight)))} | {Text(idle.Select(pair => of(pair.Through)))} | {Text(busy.Select(pair => of(pair.Straight)))} | {Text(busy.Select(pair => of(pair.Through)))} | {Text(Added(idle, of))} | {Text(Added(busy, of))} |";
    }

    private static List<double> Added(List<(Latency Straight, Latency Through)> pairs, Func<Latency, double> of) => [.. pairs.Select(pair => of(pair.Through) - of(pair.Straight))];
}
