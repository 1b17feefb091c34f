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

    // For so many stretches deferred calls come in while the provider of batches stands still: enough to work off for the next.
    private const int BacklogFactor = 3;

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
            var calls = new RealTimeCalls();
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
                await MeasureAsync(provider.Address, batches, alone, options.Seconds, calls);
            }

            bool holds = Write(report, options, intake, collect, calls);
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

    // The same node with nothing to do; beside something else; while it takes in and works off as fast as it can; and while it works off what came in meanwhile.
    private static async Task MeasureAsync(Uri provider, ServerProcess batches, NodeSet alone, int seconds, RealTimeCalls calls)
    {
        ServerProcess node = alone.Nodes[0];
        Task<(Latency, Latency)> Probed() => Probe.RunAsync(provider, node.Address, seconds);
        await Task.WhenAll(CollectAsync(alone, WarmUpSeconds), Probe.RunAsync(provider, node.Address, WarmUpSeconds));
        calls.Idle.Add(await Probed());
        await using (await OtherWork.StartAsync())
        {
            calls.Beside.Add(await Probed());
        }

        Task load = DeferredLoad.RunAsync(node, BatchConnections, seconds);
        calls.Taking.Add(await Probed());
        await load;
        await batches.PauseAsync();
        await DeferredLoad.RunAsync(node, BatchConnections, BacklogFactor * seconds);
        await batches.ContinueAsync();
        calls.Working.Add(await Probed());
        long left = await alone.OpenAsync();
        if (left == 0)
        {
            throw new InvalidOperationException($"The node had worked off everything before {seconds} s were over: its work was not measured.");
        }

        await alone.DrainAsync();
    }

    private static bool Write(Report report, LoadOptions options, List<double>[] intake, List<double>[] collect, RealTimeCalls calls)
    {
        report.Line($"Nodes are processes of their own on one PostgreSQL database with durable commits. **All of them, PostgreSQL, the providers and the load share {Environment.ProcessorCount} cores** (what works as hard as a node and would be elsewhere runs only when nothing else wants a core: the simulated provider of batches, and the callers of the second table): the first table tells what sharing costs, not what a second machine gives. Nodes have run for {WarmUpSeconds} s before. Each figure is the median of {options.Rounds} rounds, with the least and the most.").Line();
        if (intake[0].Count > 0)
        {
            report.Line("| requests per second | one node | two nodes | two by one |").Line("|---|---|---|---|");
            report.Line($"| deferred calls taken in, {Connections} connections in all | {Spread.Of(intake[0]).Text("0")} | {Spread.Of(intake[1]).Text("0")} | {Spread.Ratio(intake[1], intake[0]).Text("0.00")} |");
            report.Line($"| taken in, sealed, submitted and collected | {Spread.Of(collect[0]).Text("0")} | {Spread.Of(collect[1]).Text("0")} | {Spread.Ratio(collect[1], collect[0]).Text("0.00")} |");
            report.Line();
        }

        return calls.Write(report, BatchConnections);
    }
}
