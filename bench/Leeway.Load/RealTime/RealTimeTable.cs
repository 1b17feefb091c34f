using Leeway.Load.Reporting;

namespace Leeway.Load.RealTime;

/// <summary>The page of the real-time bench.</summary>
internal static class RealTimeTable
{
    private static readonly string[] s_peers = ["nginx", "yarp", "relay"];

    /// <summary>Writes the tables; whether every must holds.</summary>
    public static bool Write(Report report, IReadOnlyList<Measurements> measured)
    {
        report.Line("Request 1.9 KB, answer 653 bytes of JSON, or a stream of 52 events, one each 20 ms. CPU is utime + stime of the process by requests or events; *direct* is the provider stub's own. Leeway runs with routing, classification rules, ledger and metrics on; YARP is its forwarder alone.").Line();
        report.Line("| | c=1 req/s | c=1 p50 µs | c=1 CPU µs/req | c=32 req/s | c=32 CPU µs/req | 256 streams, events/s | CPU µs/event |").Line("|---|---|---|---|---|---|---|---|");
        foreach (Measurements one in measured)
        {
            report.Line($"| {one.Name} | {Text(one.Single, "0")} | {Text(one.SingleMedian, "0")} | {Text(one.SingleCpu, "0.0")} | {Text(one.Many, "0")} | {Text(one.ManyCpu, "0.0")} | {Text(one.Events, "0")} | {Text(one.EventCpu, "0.0")} |");
        }

        Measurements leeway = measured.Single(static one => one.Name == "leeway");
        report.Line().Line("| Leeway by | c=1 throughput | c=1 CPU | c=32 throughput | c=32 CPU | CPU per event |").Line("|---|---|---|---|---|---|");
        foreach (Measurements peer in measured.Where(static one => s_peers.Contains(one.Name)))
        {
            report.Line($"| {peer.Name} | {Ratio(leeway.Single, peer.Single)} | {Ratio(leeway.SingleCpu, peer.SingleCpu)} | {Ratio(leeway.Many, peer.Many)} | {Ratio(leeway.ManyCpu, peer.ManyCpu)} | {Ratio(leeway.EventCpu, peer.EventCpu)} |");
        }

        foreach (Measurements one in measured.Where(static one => one.Troubles.Count > 0))
        {
            report.Line().Line($"Trouble at {one.Name}: {string.Join("; ", one.Troubles)}");
        }

        bool clean = measured.All(static one => one.Troubles.Count == 0);
        return report.Verdicts([.. Musts(leeway, measured)]) && clean;
    }

    private static IEnumerable<Must> Musts(Measurements leeway, IReadOnlyList<Measurements> measured)
    {
        if (Find("yarp") is { } yarp)
        {
            yield return new Must("CPU per request, c=32, by YARP", Spread.Ratio(leeway.ManyCpu, yarp.ManyCpu), 0.9, AtMost: true);
            yield return new Must("throughput, c=32, by YARP", Spread.Ratio(leeway.Many, yarp.Many), 1.0, AtMost: false);
            yield return new Must("CPU per streamed event by YARP", Spread.Ratio(leeway.EventCpu, yarp.EventCpu), 1.0, AtMost: true);
        }

        if (Find("relay") is { } relay)
        {
            yield return new Must("throughput, c=32, by the bare relay", Spread.Ratio(leeway.Many, relay.Many), 0.8, AtMost: false);
        }

        if (Find("nginx") is { } nginx)
        {
            yield return new Must("CPU per request, c=32, by nginx", Spread.Ratio(leeway.ManyCpu, nginx.ManyCpu), 2.0, AtMost: true, Counts: false);
        }

        Measurements? Find(string name) => measured.FirstOrDefault(one => one.Name == name);
    }

    private static string Text(List<double> values, string format) => Spread.Of(values).Text(format);

    private static string Ratio(List<double> values, List<double> against) => Spread.Ratio(values, against).Text("0.00");
}
