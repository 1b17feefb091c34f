using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Leeway.Economics;
using Leeway.Load.Reporting;
using Leeway.Simulation;
using Leeway.Simulation.Policies;
using Leeway.Simulation.Traces;
using Leeway.Traces;

namespace Leeway.Load.Plan;

/// <summary>The simulator itself: its event loop's speed, its agreement with queueing theory, and what a trace costs on the way through the production stages.</summary>
internal static class SpeedBench
{
    private const int Seed = 1;
    private const long Customers = 5_000_000;
    private const long Replayed = 1_000_000;
    private const int Open = 200_000;

    public static int Run(LoadOptions options)
    {
        var report = new Report("The simulator", "./dev bench plan-speed");
        report.Line("Seconds are of processor time, garbage collection included: the simulator is one thread, and a machine may be shared.").Line();
        bool holds = (!Wants(options, "loop") || Loop(report, options.Rounds)) & (!Wants(options, "theory") || Theory(report));
        if (Wants(options, "sparse") || Wants(options, "dense"))
        {
            Replay(report, options);
        }

        report.Publish(options.Out);
        return holds ? 0 : 1;
    }

    /// <summary>The part of the score-board: queueing theory and the bare loop's speed.</summary>
    public static bool Write(Report report, LoadOptions options)
    {
        report.Line("## Simulator beside theory").Line();
        return Theory(report) & Loop(report, options.Quick ? 1 : options.Rounds);
    }

    /// <summary>The part of the score-board: a long trace through the production stages, and the same seed twice.</summary>
    public static bool WriteReplay(Report report, LoadOptions options)
    {
        long requests = options.Quick ? Replayed / 5 : 10 * Replayed;
        ReplayFigures run = new ReplayTrial(requests, 0, 100, Seed).Run();
        using var process = Process.GetCurrentProcess();
        (string first, string second) = (HashOfRun(), HashOfRun());
        bool same = first == second;
        report.Line("## A long replay").Line()
            .Line(Text($"{run.Requests:#,0} requests, 100 a second with an hour's slack each, from acceptance through planning, sealing, submission and collection to the result: {run.Seconds:0} s of processor time, {run.PerSecond:#,0} requests and {run.Events / run.Seconds:#,0} events a second, {run.Batches:#,0} batches, {run.MostOpen:#,0} open at most, {process.PeakWorkingSet64 / 1048576:#,0} MiB of memory at most.")).Line()
            .Line(Text($"The same seed twice: {(same ? "the same bytes" : "✗ other bytes")} of `--json` (SHA-256 {first[..16]}…).")).Line();
        return same;
    }

    // Every policy on a part of the trace.
    private static string HashOfRun()
    {
        (string name, IReadOnlyList<TraceRequest> trace) = PlanTrace.Azure();
        SimulationResult result = Simulator.Run(
            new SimulationOptions
            {
                Config = PlanConfig.With(),
                Prices = PriceCatalog.BuiltIn,
                Model = PlanConfig.Model,
                Trace = (name, trace),
                Requests = 2000,
                Scale = 0.01,
                Deadlines = DeadlineClass.ParseMix("15m,1h,6h"),
                Law = "switching",
                FlexClosed = 0.1,
                Policies = SimulatedPolicy.All,
                Seeds = [Seed],
            },
            CancellationToken.None);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            SimulationJson.Write(json, result);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()));
    }

    private static bool Wants(LoadOptions options, string part) => options.Only.Count == 0 || options.Only.Contains(part);

    private static bool Loop(Report report, int rounds)
    {
        report.Line("| events waiting | million events/s, median [min–max] |").Line("|--:|--:|");
        bool holds = true;
        foreach (int pending in new[] { 100, 10_000, 1_000_000 })
        {
            Spread spread = Spread.Of(Enumerable.Range(0, rounds).Select(_ => new EventLoopTrial(pending, 5_000_000).Run() / 1e6));
            report.Line(Text($"| {pending:#,0} | {spread.Text("0.0")} |"));
            holds &= spread.Median >= 1;
        }

        report.Line();
        return holds;
    }

    private static bool Theory(Report report)
    {
        report.Line("| model | quantity | theory | simulated | standard error | off by |").Line("|---|---|--:|--:|--:|--:|");
        IReadOnlyList<TheoryRow> rows = new TheoryTrial(Seed, Customers).Run();
        foreach (TheoryRow row in rows)
        {
            report.Line(Text($"| {row.Model} | {row.Quantity} | {row.Theory:0.00000} | {row.Simulated:0.00000} | {row.StandardError / row.Theory:0.00 %} | {row.Error:0.00 %} |"));
        }

        report.Line();
        return rows.All(static row => row.Error < 0.01);
    }

    private static void Replay(Report report, LoadOptions options)
    {
        new ReplayTrial(20_000, 0.3, 10, Seed).Run();
        report.Line("| requests | arrivals/s | with a day's slack | seconds | requests/s | events | batches | rescued | most open | bytes allocated each |")
            .Line("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        if (Wants(options, "sparse"))
        {
            Row(Replayed / 10, 0.3, 1);
        }

        if (Wants(options, "dense"))
        {
            Row(Replayed, 0, 10);
            Row(Replayed, 0.3, 10);
            Row(Replayed, 0, 100);
        }

        report.Line().Line(Text($"A request that is queued holds {ReplayTrial.BytesPerOpen(Open):#,0} bytes, the production index and the simulator's store together ({Open:#,0} at once)."));

        void Row(long requests, double low, double perSecond)
        {
            ReplayFigures run = new ReplayTrial(requests, low, perSecond, Seed).Run();
            report.Line(Text(
                $"| {run.Requests:#,0} | {perSecond:0} | {low:0 %} | {run.Seconds:0.0} | {run.PerSecond:#,0} | {run.Events:#,0} | {run.Batches:#,0} | {run.Rescued:#,0} | {run.MostOpen:#,0} | {run.Allocated / run.Requests:#,0} |"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
