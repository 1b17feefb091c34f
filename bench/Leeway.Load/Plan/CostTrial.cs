using System.Diagnostics;
using System.Globalization;
using Leeway.Economics;
using Leeway.Load.Reporting;
using Leeway.Simulation;
using Leeway.Simulation.Laws;
using Leeway.Simulation.Policies;
using Leeway.Simulation.Scoring;
using Leeway.Simulation.Traces;
using Leeway.Traces;

namespace Leeway.Load.Plan;

/// <summary>What each policy pays above the clairvoyant and how much it misses: laws × flex × deadlines.</summary>
/// <param name="trace">Its arrivals and sizes, repeated.</param>
/// <param name="described">It in words.</param>
/// <param name="laws">The laws of providers; empty: all.</param>
/// <param name="small">4,000 requests of each deadline and one seed, for a look and for a second trace.</param>
internal sealed class CostTrial((string Name, IReadOnlyList<TraceRequest> Requests) trace, string described, IReadOnlyList<string> laws, bool small)
{
    private const double MostMisses = 0.001;

    public static readonly IReadOnlyList<string> Laws = ["healthy", "degraded", "switching", "stall"];

    private static readonly (string Name, double? Closed)[] s_flex = [("open", 0), ("10 % closed", 0.1), ("50 % closed", 0.5)];
    private static readonly IReadOnlyList<DeadlineClass> s_deadlines = DeadlineClass.ParseMix("15m,30m,1h,6h,24h");
    private static readonly string[] s_baselines = ["realtime", "half-deadline", "80-percent", "per-request", "batch-only"];

    private readonly IReadOnlyList<string> _latencies = PlanTrace.Latencies;

    // Of one run; one in five falls into each class. Three seeds make 90,000 of each in a cell, and more than a million over all cells.
    private int Requests => small ? 20_000 : 150_000;

    // Some days either way: regimes, episodes and the stall come in hours.
    private double Scale => small ? 0.02 : 0.1;

    private int[] Seeds => [.. Enumerable.Range(1, small ? 1 : 3)];

    /// <summary>Runs all cells, as many at once as there are processors, and writes the tables; whether the targets hold.</summary>
    public bool Run(Report report)
    {
        (string Law, string Flex, double? Closed)[] cells = [.. Laws.Where(law => laws.Count == 0 || laws.Contains(law)).SelectMany(static law => s_flex.Select(flex => (law, flex.Name, flex.Closed)))];
        var done = new CostCell[cells.Length];
        Parallel.For(0, cells.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, index =>
        {
            done[index] = Cell(cells[index].Law, cells[index].Flex, cells[index].Closed);
            Console.Error.WriteLine(Text($"{cells[index].Law}, flex {cells[index].Flex}: {done[index].Took.TotalSeconds:0} s") + string.Concat(s_deadlines.Select(known => "\n" + Row(done[index], known))));
        });
        return Write(report, done);
    }

    private CostCell Cell(string law, string flex, double? closed)
    {
        var run = new SimulationOptions
        {
            Config = PlanConfig.With(),
            Prices = PriceCatalog.BuiltIn,
            Model = PlanConfig.Model,
            Trace = trace,
            Requests = Requests,
            Scale = Scale,
            Deadlines = s_deadlines,
            Law = law,
            FlexClosed = closed,
            Latencies = _latencies,
            Policies = SimulatedPolicy.Parse("leeway"),
            Seeds = Seeds,
        };
        long began = Stopwatch.GetTimestamp();
        SimulationResult product = Simulator.Run(run, CancellationToken.None);
        TimeSpan took = Stopwatch.GetElapsedTime(began);

        // Hand-written rules are simple enough for a tenth of the requests to tell.
        SimulationResult others = Simulator.Run(run with { Policies = SimulatedPolicy.Parse(string.Join(',', s_baselines)), Requests = Requests / 10, Scale = Scale / 10, Seeds = [1] }, CancellationToken.None);
        var traffic = Traffic.Of(trace.Name, trace.Requests, s_deadlines, 1, Requests / 10, Scale / 10);
        var ladder = new LadderReference(new ProviderLaws(ProviderLaws.Named(law, 1, Simulator.Start)!, new FlexLaw(1, Simulator.Start, closed ?? 0), LatencyLaw.Lognormal(1)), new LadderSetting());
        return new CostCell(
            law, flex, [.. product.Summaries(), .. others.Summaries()], s_deadlines.Select((known, index) => (known.Name, Above: ladder.Above(traffic, (byte)index))).ToDictionary(static pair => pair.Name, static pair => pair.Above),
            product.Assumes, product.Requests * Seeds.Length, took);
    }

    private bool Write(Report report, IReadOnlyList<CostCell> cells)
    {
        report.Line("## Cost above the clairvoyant: " + trace.Name).Line()
            .Line(Text($"{Requests / 5:#,0} requests of each deadline in every run ({described}, repeated, at {Scale:0.##} of its rate), seeds {string.Join(", ", Seeds)}; hand-written rules with a tenth of them over the same time, and one seed. Leeway: median of the seeds [least–most]. Clairvoyant: per request the least price of a batch from acceptance, the first accepted flex try, and real time. Bound: what a batch from the luckiest moment would cost, as a share of the clairvoyant; no policy pays less. Simple ladder: each request alone, flex every minute, a batch after 3 min of refusals (from 2 h on the batch first, and flex after 1 h), real time 90 s before the deadline, late batches cancelled.")).Line()
            .Line("| deadline | provider | flex | **Leeway** | misses | bound | simple ladder | all real time | half-deadline | 80-percent | per-request | its misses | batch-only's misses |")
            .Line("|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        bool holds = true;
        foreach (DeadlineClass known in s_deadlines)
        {
            foreach (CostCell cell in cells)
            {
                holds &= Holds(cell.Of("leeway", known), known);
                report.Line(Row(cell, known));
            }
        }

        long simulated = cells.Sum(static cell => cell.Requests);
        double seconds = cells.Sum(static cell => cell.Took.TotalSeconds);
        report.Line().Line(Text($"Targets: at most 8 % above at 15 and 30 min, 3 % from 1 h on, at most 0.1 % missed; ✗ marks what misses one. {simulated:#,0} requests through the planner and all production stages in {seconds:0} s of one thread: {simulated / seconds:#,0} a second.")).Line()
            .Line("Assumed, not measured:").Line();
        foreach (string assumption in cells.SelectMany(static cell => cell.Assumes).Distinct())
        {
            report.Line("- " + assumption);
        }

        report.Line();
        return holds;
    }

    private static bool Holds(ClassSummary own, DeadlineClass known) =>
        own.Above.Median <= (known.Wait < TimeSpan.FromHours(1) ? 0.08 : 0.03) && own.MostMissShare <= MostMisses;

    private static string Row(CostCell cell, DeadlineClass known)
    {
        ClassSummary own = cell.Of("leeway", known);
        return Text($"| {known.Name} | {cell.Law} | {cell.Flex} | {(Holds(own, known) ? "" : "✗ ")}{Percent(own.Above.Median)} [{Percent(own.Above.Min)}–{Percent(own.Above.Max)}] | {Misses(own)} | {Percent((double)(own.Sum.AnyMoment / own.Sum.Clairvoyant) - 1)} | {Percent(cell.SimpleLadder[known.Name])} | ")
            + string.Join(" | ", s_baselines.Take(4).Select(name => Percent(cell.Of(name, known).Above.Median)))
            + Text($" | {Misses(cell.Of("per-request", known))} | {Misses(cell.Of("batch-only", known))} |");
    }

    private static string Misses(ClassSummary row) => Text($"{100 * row.MostMissShare:0.###} %");

    private static string Percent(double share) => Text($"{(share < 0 ? "−" : "+")}{Math.Abs(100 * share):0.0} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
