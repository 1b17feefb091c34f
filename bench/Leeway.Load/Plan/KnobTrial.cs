using System.Globalization;
using Leeway.Load.Reporting;
using Leeway.Simulation;
using Leeway.Simulation.Laws;
using Leeway.Simulation.Traces;

namespace Leeway.Load.Plan;

/// <summary>What each setting of a simple ladder costs: one changed at a time.</summary>
internal static class KnobTrial
{
    private const int Requests = 100_000;

    private static readonly (string Name, LadderSetting Setting)[] s_settings =
    [
        ("as is: flex every minute, batch after 3 min of refusals (first from 2 h on, flex after 1 h), 1 min to gather, 90 s kept, cancels", new LadderSetting()),
        ("no flex", new LadderSetting { Flex = false }),
        ("no batch beside flex below 2 h", new LadderSetting { Patience = TimeSpan.FromDays(30) }),
        ("batch and flex at once", new LadderSetting { Patience = TimeSpan.Zero }),
        ("batch first always", new LadderSetting { BatchFirstFrom = TimeSpan.Zero, Patience = TimeSpan.Zero }),
        ("flex only after half a day where the batch went first", new LadderSetting { FlexAfter = TimeSpan.FromHours(12) }),
        ("15 min to gather", new LadderSetting { Gathers = TimeSpan.FromMinutes(15) }),
        ("5 min kept for real time", new LadderSetting { Reserve = TimeSpan.FromMinutes(5) }),
        ("no cancel of batches that are late", new LadderSetting { Cancels = false }),
    ];

    public static void Write(Report report)
    {
        IReadOnlyList<DeadlineClass> deadlines = DeadlineClass.ParseMix("15m,30m,1h,6h,24h");
        var traffic = Traffic.Poisson(0.2, Requests, deadlines, 1);
        report.Line("## What each setting costs").Line()
            .Line(Text($"A simple ladder, each request alone, above the clairvoyant; one setting changed at a time. {Requests:#,0} requests, evenly over {traffic.Length.TotalDays:0} days, flex 10 % closed; 15 min / 30 min / 1 h / 6 h / 24 h.")).Line()
            .Line("| ladder | healthy | degraded | stall |").Line("|---|--:|--:|--:|");
        foreach ((string name, LadderSetting setting) in s_settings)
        {
            report.Line($"| {name} | {string.Join(" | ", new[] { "healthy", "degraded", "stall" }.Select(law => Row(law, setting, traffic)))} |");
        }

        report.Line();
    }

    private static string Row(string law, LadderSetting setting, Traffic traffic)
    {
        var ladder = new LadderReference(new ProviderLaws(ProviderLaws.Named(law, 1, Simulator.Start)!, new FlexLaw(1, Simulator.Start, 0.1), LatencyLaw.Lognormal(1)), setting);
        return string.Join(" / ", Enumerable.Range(0, traffic.Classes.Count).Select(known => Text($"{100 * ladder.Above(traffic, (byte)known):0.0}"))) + " %";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
