using Leeway.Load.Processes;
using Leeway.Load.Reporting;
using Leeway.Storage;

namespace Leeway.Load.Intake;

/// <summary>Taking in a batch file: the check beside counting its lines, in process beside raw appends, over HTTP beside a bare endpoint, interleaved.</summary>
internal static class IntakeBench
{
    private const int CountsPerRound = 5;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        var report = new Report("Intake of batch files", $"bench/Leeway.Load intake --rounds {options.Rounds}");
        string folder = Directory.CreateTempSubdirectory("leeway-bench-").FullName;
        try
        {
            string path = Path.Combine(folder, "in.jsonl");
            IntakeFile.Write(path);
            var rates = new Rates();
            Memory memory = await MeasureAsync(folder, path, options.Rounds, rates);

            report.Line($"One file of {new FileInfo(path).Length / 1e6:0.0} MB in {IntakeFile.Lines:0} lines, in the page cache. Every figure but memory is MB/s.").Line();
            report.Line("| | MB/s |").Line("|---|---|");
            report.Line($"| counting line feeds with vectors | {Text(rates.Count)} |");
            report.Line($"| the check | {Text(rates.Check)} |");
            report.Line($"| append and fsync | {Text(rates.Append)} |");
            report.Line($"| the check with a durable content | {Text(rates.Keep)} |");
            report.Line($"| upload to a bare endpoint that writes and syncs | {Text(rates.Bare)} |");
            report.Line($"| upload to Leeway, accepted | {Text(rates.Leeway)} |");
            report.Line().Line($"Memory of the gateway's process: {memory.Idle:0} MB before the first of these uploads, {memory.First:0} MB at the highest of that, {memory.All:0} MB at the highest of all {options.Rounds + 1}, between which nothing asked the runtime to collect.");
            bool holds = report.Verdicts(
            [
                new Must("check by counting line feeds", Spread.Ratio(rates.Check, rates.Count), 0.10, AtMost: false),
                new Must("check with durable content by the slower of check and append", Spread.Ratio(rates.Keep, [.. rates.Check.Zip(rates.Append, Math.Min)]), 0.6, AtMost: false),
                new Must("upload by the bare endpoint", Spread.Ratio(rates.Leeway, rates.Bare), 0.5, AtMost: false),
                new Must("memory of an upload above idle, MB", Spread.Of([memory.First - memory.Idle]), 64, AtMost: true),
            ]);
            report.Publish(options.Out);
            return holds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Memory> MeasureAsync(string folder, string path, int rounds, Rates rates)
    {
        var ids = new IdSource(TimeProvider.System, new SystemRandomSource());
        await using LeewayStorage storage = await InProcessIntake.OpenStorageAsync(Path.Combine(folder, "storage"), ids);
        await using ServerProcess floor = await ServerProcess.StartSelfAsync("bare", "serve-upload", Path.Combine(folder, "bare"));
        await using ServerProcess subject = await ServerProcess.StartSelfAsync("leeway", "serve-leeway", Path.Combine(folder, "leeway"), "http://127.0.0.1:9/");
        double idle = HttpIntake.MemoryOf(subject).Now;
        double first = 0;
        var inProcess = new InProcessIntake(path, folder);
        using var http = new HttpIntake(path);

        // Round 0 warms the processes and is not counted.
        for (int round = 0; round <= rounds; round++)
        {
            Console.Error.WriteLine($"round {round} of {rounds}");
            Rates into = round == 0 ? new Rates() : rates;
            bool flip = round % 2 == 1;
            into.Count.Add(Enumerable.Range(0, CountsPerRound).Average(_ => inProcess.CountLines()));
            into.Check.Add(inProcess.Validate());
            foreach (bool isFloor in new[] { flip, !flip })
            {
                (isFloor ? into.Append : into.Keep).Add(isFloor ? inProcess.Append() : await inProcess.ValidateAndAppendAsync(storage, ids));
            }

            foreach (bool isFloor in new[] { flip, !flip })
            {
                (isFloor ? into.Bare : into.Leeway).Add(await http.UploadAsync(isFloor ? floor : subject));
            }

            first = round == 0 ? HttpIntake.MemoryOf(subject).Peak : first;
        }

        return new Memory(idle, first, HttpIntake.MemoryOf(subject).Peak);
    }

    private static string Text(List<double> rates) => Spread.Of(rates.Select(static rate => rate / 1e6)).Text("0");

    /// <summary>MB.</summary>
    private sealed record Memory(double Idle, double First, double All);

    private sealed class Rates
    {
        public List<double> Count { get; } = [];

        public List<double> Check { get; } = [];

        public List<double> Append { get; } = [];

        public List<double> Keep { get; } = [];

        public List<double> Bare { get; } = [];

        public List<double> Leeway { get; } = [];
    }
}
