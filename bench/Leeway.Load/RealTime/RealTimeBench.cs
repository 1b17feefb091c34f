using Leeway.Load.Processes;
using Leeway.Load.Reporting;
using Leeway.Load.Serving;

namespace Leeway.Load.RealTime;

/// <summary>Leeway beside direct, nginx, YARP and a bare relay, interleaved.</summary>
internal static class RealTimeBench
{
    private const int Connections = 32;
    private const int Streams = 256;
    private const int WarmUpSeconds = 12;
    private const int StreamWarmUpSeconds = 6;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        await Packages.EnsureAsync("nginx", "wrk");
        var report = new Report("Real time", $"bench/Leeway.Load realtime --rounds {options.Rounds} --seconds {options.Seconds}");
        string folder = Directory.CreateTempSubdirectory("leeway-bench-").FullName;
        var servers = new List<ServerProcess>();
        try
        {
            // 1. Everything runs from the start to the end; what is not measured is idle.
            await StartAsync(folder, options.Only, servers);
            var wrk = new Wrk(folder);
            var sse = new SseLoad(Streams);

            // 2. Warm, so that every variant runs optimised code.
            foreach (ServerProcess server in servers)
            {
                await wrk.RunAsync(server.Address, Connections, WarmUpSeconds);
                await sse.RunAsync(server, StreamWarmUpSeconds);
            }

            if (options.Wait)
            {
                Console.WriteLine(string.Join('\n', servers.Select(static server => $"{server.Name} {server.Id} {server.Address}")));
                await Console.In.ReadLineAsync();
            }

            // 3. Rounds, each in another order.
            Measurements[] measured = [.. servers.Select(static server => new Measurements(server.Name))];
            for (int round = 0; round < options.Rounds; round++)
            {
                Console.Error.WriteLine($"round {round + 1} of {options.Rounds}");
                foreach (int index in Order(round, servers.Count))
                {
                    await JsonAsync(wrk, servers[index], 1, options.Seconds, measured[index]);
                }

                foreach (int index in Order(round + 1, servers.Count))
                {
                    await JsonAsync(wrk, servers[index], Connections, options.Seconds, measured[index]);
                }

                foreach (int index in Order(round + 2, servers.Count))
                {
                    await StreamAsync(sse, servers[index], options.Seconds, measured[index]);
                }
            }

            // 4.
            bool holds = RealTimeTable.Write(report, measured);
            report.Publish(options.Out);
            return holds ? 0 : 1;
        }
        finally
        {
            foreach (ServerProcess server in servers)
            {
                await server.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task StartAsync(string folder, IReadOnlyList<string> only, List<ServerProcess> servers)
    {
        ServerProcess stub = await ServerProcess.StartSelfAsync("direct", "serve-stub");
        servers.Add(stub);
        string upstream = stub.Address.AbsoluteUri;
        if (Wanted("nginx"))
        {
            servers.Add(await Nginx.StartAsync(Path.Combine(folder, "nginx"), stub.Address));
        }

        if (Wanted("yarp"))
        {
            servers.Add(await ServerProcess.StartSelfAsync("yarp", "serve-yarp", upstream));
        }

        if (Wanted("relay"))
        {
            servers.Add(await ServerProcess.StartSelfAsync("relay", "serve-relay", upstream));
        }

        servers.Add(await ServerProcess.StartSelfAsync("leeway", "serve-leeway", Path.Combine(folder, "leeway"), upstream));

        bool Wanted(string name) => only.Count == 0 || only.Contains(name);
    }

    private static IEnumerable<int> Order(int round, int count) => Enumerable.Range(0, count).Select(index => (index + round) % count);

    private static async Task JsonAsync(Wrk wrk, ServerProcess server, int connections, int seconds, Measurements into)
    {
        double before = server.CpuSeconds;
        WrkResult result = await wrk.RunAsync(server.Address, connections, seconds);

        // What a server still owes to the last requests, such as a ledger's group, belongs to it.
        await Task.Delay(150);
        double cpu = (server.CpuSeconds - before) / result.Requests * 1e6;
        if (connections == 1)
        {
            into.Single.Add(result.PerSecond);
            into.SingleMedian.Add(result.MedianMicroseconds);
            into.SingleCpu.Add(cpu);
        }
        else
        {
            into.Many.Add(result.PerSecond);
            into.ManyCpu.Add(cpu);
        }

        if (result.Trouble is not null)
        {
            into.Troubles.Add($"c={connections}: {result.Trouble}");
        }
    }

    private static async Task StreamAsync(SseLoad sse, ServerProcess server, int seconds, Measurements into)
    {
        SseResult result = await sse.RunAsync(server, seconds);
        into.Events.Add(result.PerSecond);
        into.EventCpu.Add(result.CpuSeconds / result.Events * 1e6);
        if (result.Trouble is not null)
        {
            into.Troubles.Add($"streams: {result.Trouble}");
        }
    }
}
