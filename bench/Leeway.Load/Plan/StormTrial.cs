using System.Globalization;
using Leeway.Economics;
using Leeway.Load.Reporting;
using Leeway.Simulation;
using Leeway.Simulation.Bounds;
using Leeway.Simulation.Laws;
using Leeway.Simulation.Policies;
using Leeway.Simulation.Scoring;
using Leeway.Simulation.Traces;
using Leeway.Traces;

namespace Leeway.Load.Plan;

/// <summary>Everything in batches that never come back, and a real-time rate that is just enough for those who begin early enough.</summary>
internal static class StormTrial
{
    private const int Requests = 20_000;
    private const double PerSecond = 10;

    // From nearly all of the wait needed, to half of it.
    private static readonly string[] s_deadlines = ["45m", "1h", "40m:1,1h:1,2h:1", "6h"];

    /// <summary>Writes the table; whether the product missed nothing that could be met.</summary>
    public static bool Run(Report report, int seed)
    {
        report.Line("## Escalation storms").Line()
            .Line(Text($"{Requests:#,0} requests within a minute, all in batches that never come back (flex off); the provider takes {PerSecond:0} real-time calls a second, and the deployment says so (`rpm: {PerSecond * 60:0}`). Could miss nothing: by earliest latest starts over the slots of that rate, which is exact.")).Line()
            .Line("| deadlines | must miss | Leeway | per-request (D − 60 s) | half-deadline | 80-percent |").Line("|---|--:|--:|--:|--:|--:|");
        bool holds = true;
        foreach (string deadlines in s_deadlines)
        {
            IReadOnlyList<DeadlineClass> classes = DeadlineClass.ParseMix(deadlines);
            SimulationResult result = Simulator.Run(Options(classes, seed), CancellationToken.None);
            int unavoidable = Unavoidable(classes, seed);
            long own = Missed(result, "leeway");
            holds &= unavoidable > 0 || own == 0;
            report.Line(Text($"| {deadlines} | {unavoidable} | {own} | {Share(result, "per-request")} | {Share(result, "half-deadline")} | {Share(result, "80-percent")} |"));
        }

        report.Line();
        return holds;
    }

    private static SimulationOptions Options(IReadOnlyList<DeadlineClass> classes, int seed) => new()
    {
        Config = PlanConfig.With(rpm: (int)(PerSecond * 60)),
        Prices = PriceCatalog.BuiltIn,
        Model = PlanConfig.Model,
        Trace = ("storm", Trace()),
        Deadlines = classes,
        Law = "stuck",
        Observed = ["never"],
        FlexClosed = null,
        HeadRoom = PerSecond,
        Policies = SimulatedPolicy.Parse("per-request,half-deadline,80-percent,leeway"),
        Seeds = [seed],
    };

    private static IReadOnlyList<TraceRequest> Trace() => [.. Enumerable.Range(0, Requests).Select(static i => new TraceRequest(i * 3000L, 800, 100))];

    private static int Unavoidable(IReadOnlyList<DeadlineClass> classes, int seed)
    {
        var traffic = Traffic.Of("storm", Trace(), classes, seed);
        var latency = LatencyLaw.Lognormal(seed);
        return EarliestDeadlines.Unavoidable(
            traffic.Requests.Select((request, number) => (request.At.TotalSeconds, (request.At + classes[request.Class].Wait - latency.Latency(number)).TotalSeconds)), PerSecond);
    }

    private static long Missed(SimulationResult result, string policy) => result.Scores.Single(score => score.Policy == policy).All.Misses;

    private static string Share(SimulationResult result, string policy)
    {
        ClassScore all = result.Scores.Single(score => score.Policy == policy).All;
        return Text($"{all.Misses} ({100 * all.MissShare:0} %)");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
