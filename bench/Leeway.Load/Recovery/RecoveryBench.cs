using System.Globalization;
using Leeway.Chaos.Processes;
using Leeway.Load.Reporting;

namespace Leeway.Load.Recovery;

/// <summary>Kill −9 with a million queued requests: how long until the gateway is ready, and until work goes on.</summary>
internal static class RecoveryBench
{
    private const long Many = 1_000_000;
    private const long Few = 50_000;
    private const int MaxRounds = 3;

    private static readonly string[] s_stores = ["sqlite", "postgres"];

    public static async Task<int> RunAsync(LoadOptions options)
    {
        long count = options.Quick ? Few : Many;
        int rounds = Math.Min(options.Rounds, MaxRounds);
        var report = new Report("Recovery", $"bench/Leeway.Load recovery --rounds {rounds}{(options.Quick ? " --quick" : "")}");
        report.Line(string.Create(CultureInfo.InvariantCulture, $"""
            The real executable holds {count:#,0} queued requests, none of them in a batch yet and all due at the next start. It is killed (SIGKILL) while more come in, and started again;
            seconds are counted from the start of the process, that of the runtime included. Ready: `/health/ready` says so. First claim: the first batch is sealed, at most (it is looked for once the gateway is ready).
            First call: its upload reaches the provider. All in memory: the queue is read to its end, beside everything else. Nothing is lost when every acknowledged request is there afterwards, and none is there that was never sent.
            """)).Line();
        report.Line("| store | taken in | ready, s | first claim, s | first call, s | all in memory, s | acknowledged, and there |").Line("|---|---|---|---|---|---|---|");
        bool holds = true;
        foreach (string store in s_stores.Where(store => options.Only.Count == 0 || options.Only.Contains(store)))
        {
            holds &= await MeasureAsync(report, store, count, rounds);
        }

        report.Publish(options.Out);
        return holds ? 0 : 1;
    }

    private static async Task<bool> MeasureAsync(Report report, string store, long count, int rounds)
    {
        var rates = new List<double>();
        var seen = new List<Recovered>();
        (bool whole, long accepted) = (true, 0);
        for (int round = 1; round <= rounds; round++)
        {
            string folder = Directory.CreateTempSubdirectory("leeway-bench-").FullName;
            try
            {
                await using PostgresServer? postgres = store == "postgres" ? await PostgresServer.StartAsync() : null;
                await using FirstCalls provider = await FirstCalls.StartAsync();
                await using var trial = new RecoveryTrial(folder, postgres, provider);
                rates.Add(await trial.FillAsync(count));
                Recovered recovered = await trial.KillAsync();
                Console.Error.WriteLine($"{store} {round}: {recovered}");
                whole &= recovered.Open >= trial.Accepted && recovered.Open <= trial.Sent;
                accepted += trial.Accepted;
                seen.Add(recovered);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        report.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"| {store} | {Spread.Of(rates).Median:#,0}/s | {Spread.Of(seen.Select(one => one.Ready)).Text("0.0")} | {Spread.Of(seen.Select(one => one.Sealed)).Text("0.0")} | {Spread.Of(seen.Select(one => one.Called)).Text("0.0")} | {Spread.Of(seen.Select(one => one.Loaded)).Text("0.0")} | {(whole ? $"all of {accepted:#,0}" : "**not all**")} |"));
        return whole;
    }
}
