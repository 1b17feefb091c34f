using Leeway.Load.Reporting;

namespace Leeway.Load.Plan;

/// <summary>The planner's score-board: cost above the clairvoyant, misses, storms, and the simulator beside theory and a running gateway.</summary>
internal static class PlanBench
{
    public static async Task<int> RunAsync(LoadOptions options)
    {
        var report = new Report("The planner's score-board", "./dev bench plan" + (options.Quick ? " --quick" : "") + (options.Live ? " --live" : "") + (options.Only.Count > 0 ? " --only " + string.Join(',', options.Only) : ""));
        bool Wanted(string part) => options.Only.Count == 0 || options.Only.Contains(part);
        bool holds = true;
        if (Wanted("storm"))
        {
            holds &= StormTrial.Run(report, 1);
        }

        if (Wanted("cost"))
        {
            holds &= new CostTrial(PlanTrace.Azure(), "an hour of Azure's chat traffic", [.. options.Only.Intersect(CostTrial.Laws)], options.Quick).Run(report);
        }

        if (Wanted("mooncake"))
        {
            holds &= new CostTrial(PlanTrace.Mooncake(), "an hour of Mooncake's conversations", [], small: true).Run(report);
        }

        if (Wanted("information"))
        {
            InformationTrial.Write(report);
        }

        if (Wanted("knobs"))
        {
            KnobTrial.Write(report);
        }

        if (Wanted("batches"))
        {
            holds &= BatchTrials.Write(report, options);
        }

        if (Wanted("theory"))
        {
            holds &= SpeedBench.Write(report, options);
        }

        if (Wanted("replay"))
        {
            holds &= SpeedBench.WriteReplay(report, options);
        }

        if (options.Live && Wanted("live"))
        {
            holds &= await LiveTrial.RunAsync(report, 1);
        }

        report.Line(holds ? "All targets hold." : "**Some targets are missed**; they are marked above.");
        report.Publish(options.Out);
        return holds ? 0 : 1;
    }
}
