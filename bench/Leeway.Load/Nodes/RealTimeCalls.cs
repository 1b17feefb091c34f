using System.Globalization;
using Leeway.Load.Reporting;

namespace Leeway.Load.Nodes;

/// <summary>What real-time calls took, straight and through a node, in each round: nothing else to do, beside other work, beside batch work.</summary>
internal sealed class RealTimeCalls
{
    private const double MostByIdle = 1.5;

    public List<(Latency Straight, Latency Through)> Idle { get; } = [];

    public List<(Latency Straight, Latency Through)> Beside { get; } = [];

    public List<(Latency Straight, Latency Through)> Taking { get; } = [];

    public List<(Latency Straight, Latency Through)> Working { get; } = [];

    /// <summary>Writes the table and what must hold.</summary>
    /// <returns>Whether it holds.</returns>
    public bool Write(Report report, int connections)
    {
        report.Line(string.Create(CultureInfo.InvariantCulture, $"""
            Real-time calls, {Probe.PerSecond / 2} a second to the provider and as many through one node, in four stretches: the node and the machine have nothing else to do; the node has nothing else to do, and every processor
            hashes for a program that gives way to all others (what a call takes longer then, it takes beside any work at all: the least that can be had on this machine); the node works off a backlog, sealing, submitting and
            collecting as fast as it can; and {connections} connections send it deferred calls as fast as it takes them, of which it works off what it can. *Added* is through the node less straight, in the same stretch.
            """)).Line();
        report.Line("| ms | straight | through | added | by idle |").Line("|---|---|---|---|---|");
        Rows(report, "p50", static latency => latency.Median);
        Rows(report, "p99", static latency => latency.Late);
        return report.Verdicts(
        [
            Bound("p50, working off", Working, static latency => latency.Median),
            Bound("p99, working off", Working, static latency => latency.Late),
            Bound("p50, taking in and working off", Taking, static latency => latency.Median),
            Bound("p99, taking in and working off", Taking, static latency => latency.Late),
        ]);
    }

    private void Rows(Report report, string what, Func<Latency, double> of)
    {
        foreach ((string name, List<(Latency Straight, Latency Through)> pairs) in new[] { ("idle", Idle), ("beside other work", Beside), ("working off", Working), ("taking in and working off", Taking) })
        {
            List<double> added = Added(pairs, of);
            report.Line($"| {what}, {name} | {Text(pairs.Select(pair => of(pair.Straight)))} | {Text(pairs.Select(pair => of(pair.Through)))} | {Text(added)} | {Spread.Ratio(added, Added(Idle, of)).Text("0.00")} |");
        }
    }

    private Must Bound(string what, List<(Latency Straight, Latency Through)> busy, Func<Latency, double> of) =>
        new($"real-time latency added at {what} by idle", Spread.Ratio(Added(busy, of), Added(Idle, of)), MostByIdle, AtMost: true);

    private static string Text(IEnumerable<double> values) => Spread.Of(values).Text("0.00");

    private static List<double> Added(List<(Latency Straight, Latency Through)> pairs, Func<Latency, double> of) => [.. pairs.Select(pair => of(pair.Through) - of(pair.Straight))];
}
