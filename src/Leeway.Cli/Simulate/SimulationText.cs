using System.Globalization;
using Leeway.Cli.Output;
using Leeway.Simulation;
using Leeway.Simulation.Policies;
using Leeway.Simulation.Scoring;

namespace Leeway.Cli.Simulate;

/// <summary>A comparison as a person reads it in a terminal: the table, then everything it rests on.</summary>
internal static class SimulationText
{
    private static readonly string[] s_columns =
        ["deadline", "policy", "cost USD", "of real time", "above clairvoyant", "above any moment", "misses", "rescues", "flex", "batch", "wait p50", "p95"];

    public static void Print(Shell shell, SimulationResult result)
    {
        shell.Out.WriteLine(Plain.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Trace}: {result.Requests:#,0} requests in {TimeText.Of(result.Length)}, {result.Model}, {result.Seeds.Count} seed{(result.Seeds.Count == 1 ? "" : "s")}")));
        shell.Out.WriteLine();
        shell.PrintTable(s_columns, result.Summaries().Select(Row));
        shell.Out.WriteLine();
        foreach (SimulatedPolicy policy in result.Policies)
        {
            shell.Out.WriteLine(Plain.Line($"{policy.Name}: {policy.Says}"));
        }

        shell.Out.WriteLine();
        shell.Out.WriteLine("Assumed, not measured:");
        foreach (string assumption in result.Assumes)
        {
            shell.Out.WriteLine(Plain.Line("- " + assumption));
        }
    }

    private static IReadOnlyList<string> Row(ClassSummary row)
    {
        ClassScore sum = row.Sum;
        string above = row.Above.Min == row.Above.Max ? Percent(row.Above.Median) : $"{Percent(row.Above.Median)} [{Percent(row.Above.Min)}–{Percent(row.Above.Max)}]";
        return
        [
            sum.Class, row.Policy, sum.Cost.ToString("0.00##", CultureInfo.InvariantCulture), Percent(sum.OfList), above, Percent(sum.AboveAnyMoment),
            string.Create(CultureInfo.InvariantCulture, $"{sum.Misses} ({100 * sum.MissShare:0.###} %)"), Count(sum.Rescues), Count(sum.ByFlex), Count(sum.ByBatch),
            TimeText.Of(TimeSpan.FromSeconds(sum.WaitP50)), TimeText.Of(TimeSpan.FromSeconds(sum.WaitP95)),
        ];
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    private static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);
}
