using System.Text.Json;
using Leeway.Load.Processes;
using Leeway.Load.Reporting;

namespace Leeway.Load.Enqueue;

/// <summary>Durable taking-in, in process beside raw appends and over HTTP beside a bare endpoint, interleaved.</summary>
internal static class EnqueueBench
{
    public static async Task<int> RunAsync(LoadOptions options)
    {
        var report = new Report("Durable enqueue", $"bench/Leeway.Load enqueue --rounds {options.Rounds} --seconds {options.Seconds}");
        string folder = Directory.CreateTempSubdirectory("leeway-bench-").FullName;
        try
        {
            List<double> raw = [];
            List<double> storage = [];
            List<double> bare = [];
            List<double> leeway = [];
            List<double> bareCpu = [];
            List<double> leewayCpu = [];

            // Round 0 warms this process and is not counted.
            for (int round = 0; round <= options.Rounds; round++)
            {
                Console.Error.WriteLine($"round {round} of {options.Rounds}");
                bool counts = round > 0;
                int seconds = counts ? options.Seconds : 1;
                foreach (bool floor in Order(round))
                {
                    string own = Path.Combine(folder, $"in-process-{round}-{floor}");
                    double rate = floor ? await InProcessEnqueue.RawAsync(own, seconds) : await InProcessEnqueue.StorageAsync(own, seconds);
                    Note(floor ? raw : storage, rate, counts);
                    Directory.Delete(own, recursive: true);
                }
            }

            await OverHttpAsync(folder, options, bare, leeway, bareCpu, leewayCpu);

            report.Line($"Bodies of 2 KB, {InProcessEnqueue.Callers} callers; each sends its next when its last is durable. Raw is append + fdatasync of the same groups (at most 256). Over HTTP, deferred calls with `Prefer: respond-async` on {HttpEnqueue.Connections} connections, beside a bare Kestrel endpoint that appends and syncs the same bytes.").Line();
            report.Line("| | requests/s | CPU µs/request |").Line("|---|---|---|");
            report.Line($"| raw, in process | {Spread.Of(raw).Text("0")} | |");
            report.Line($"| Leeway's storage, in process | {Spread.Of(storage).Text("0")} | |");
            report.Line($"| bare endpoint | {Spread.Of(bare).Text("0")} | {Spread.Of(bareCpu).Text("0.0")} |");
            report.Line($"| Leeway | {Spread.Of(leeway).Text("0")} | {Spread.Of(leewayCpu).Text("0.0")} |");
            bool holds = report.Verdicts(
            [
                new Must("enqueue in process by raw", Spread.Ratio(storage, raw), 0.3, AtMost: false),
                new Must("enqueue over HTTP by the bare endpoint", Spread.Ratio(leeway, bare), 0.5, AtMost: false),
            ]);
            report.Publish(options.Out);
            return holds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OverHttpAsync(
        string folder, LoadOptions options, List<double> bare, List<double> leeway, List<double> bareCpu, List<double> leewayCpu)
    {
        await using ServerProcess floor = await ServerProcess.StartSelfAsync("append", "serve-append", Path.Combine(folder, "append"));
        await using ServerProcess subject = await ServerProcess.StartSelfAsync("leeway", "serve-leeway", Path.Combine(folder, "leeway"), "http://127.0.0.1:9/");
        var load = new HttpEnqueue();
        long accepted = 0;
        await load.RunAsync(floor, seconds: 3);
        accepted += (await load.RunAsync(subject, seconds: 8)).Accepted;
        if (options.Wait)
        {
            Console.WriteLine($"leeway {subject.Id}");
            await Console.In.ReadLineAsync();
        }

        for (int round = 1; round <= options.Rounds; round++)
        {
            Console.Error.WriteLine($"HTTP round {round} of {options.Rounds}");
            foreach (bool isFloor in Order(round))
            {
                HttpEnqueueResult result = await load.RunAsync(isFloor ? floor : subject, options.Seconds);
                Note(isFloor ? bare : leeway, result.PerSecond, counts: true);
                Note(isFloor ? bareCpu : leewayCpu, result.CpuMicroseconds, counts: true);
                accepted += isFloor ? 0 : result.Accepted;
            }
        }

        await CheckAsync(subject, accepted);
    }

    // A rate counts only if everything that was acknowledged is there, once.
    private static async Task CheckAsync(ServerProcess subject, long accepted)
    {
        using var http = new HttpClient();
        using JsonDocument queue = JsonDocument.Parse(await http.GetStringAsync(new Uri(subject.Admin!, "/admin/queue")));
        long open = queue.RootElement.GetProperty("open").GetInt64();
        if (open != accepted)
        {
            throw new InvalidOperationException($"{accepted} requests were acknowledged, {open} are in the queue.");
        }
    }

    private static void Note(List<double> into, double value, bool counts)
    {
        if (counts)
        {
            into.Add(value);
        }
    }

    private static bool[] Order(int round) => round % 2 == 0 ? [true, false] : [false, true];
}
