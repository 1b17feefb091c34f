using System.Globalization;
using Leeway.Cli.Output;
using Leeway.Economics.BreakEvens;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Figures;
using Leeway.Economics.Scenarios.Parts;

namespace Leeway.Cli.Estimates;

/// <summary>Prints an estimate for people.</summary>
internal sealed class EstimateText(Shell shell, EstimateDetail detail)
{
    public void Print(Estimate estimate)
    {
        Scenario scenario = estimate.Scenario;
        shell.Out.WriteLine(Plain.Line(scenario.About is { } about ? $"{scenario.Name}: {about}" : scenario.Name));
        foreach (Workload workload in scenario.Workloads)
        {
            shell.Out.WriteLine(Plain.Line("  " + Describe(workload)));
        }

        shell.Out.WriteLine();
        shell.PrintTable(["OPTION", "PER DAY", "30 DAYS", "730 H", "SAVES", "IN TIME"], estimate.Options.Select(option => (IReadOnlyList<string>)
        [
            option.Option.Name + (option == estimate.Cheapest ? " *" : ""), Range(option.Day), Range(option.Month30Days), Range(option.Month730Hours), Saving(option), InTime(option),
        ]));
        if (estimate.Cheapest is not null)
        {
            shell.Out.WriteLine($"  * the cheapest that answers everything in time. Savings are of the first option, in a month of {(scenario.Month == MonthLength.Days30 ? "30 days" : "730 h")}.");
        }

        foreach (string note in estimate.Options.SelectMany(option => option.Notes.Select(note => $"  {option.Option.Name}: {note}{(note.EndsWith('?') ? "" : ".")}")))
        {
            shell.Out.WriteLine(Plain.Line(note));
        }

        PrintClaims(estimate);
        IReadOnlyList<BreakEven> breakEvens = detail.BreakEvens ? ScenarioBreakEvens.Of(scenario) : [];
        PrintBreakEvens(breakEvens);
        if (detail.Arithmetic)
        {
            Explain(estimate);
            foreach (BreakEven breakEven in breakEvens)
            {
                ExplainOne(breakEven.Threshold.Named($"{breakEven.Question}: {breakEven.Threshold.Name}"), "");
            }
        }

        shell.Out.WriteLine();
    }

    public static string Range(CostRange cost) => cost.IsSure ? MoneyText.Of(cost.Low.Value) : $"{MoneyText.Of(cost.Low.Value)} – {MoneyText.Of(cost.High.Value)}";

    public static string Percent(decimal share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    /// <summary>As scenario files write it.</summary>
    public static string Duration(TimeSpan span) => Gateway.Configuration.Schema.Kinds.DurationOrZero.Format(span);

    private static string Describe(Workload workload)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{workload.Name}: {workload.RequestsPerDay:#,##0.####} requests a day of {workload.InputTokens:#,##0} tokens in and {workload.OutputTokens:#,##0} out");
        text += workload.Cache is { } cache ? string.Create(CultureInfo.InvariantCulture, $", {cache.PrefixTokens:#,##0} of them alike") : "";
        return text + (workload.Deadline is { } deadline ? $", within {Duration(deadline)}" : "");
    }

    private static string Saving(OptionEstimate option) => option.Saving is not var (least, most)
        ? "–"
        : Percent(least) == Percent(most) ? Percent(least) : $"{Percent(least)} – {Percent(most)}";

    private static string InTime(OptionEstimate option) => option.LeavesOut.Count > 0
        ? $"without {string.Join(", ", option.LeavesOut)}"
        : option.Late.Count == 0
            ? "yes"
            : string.Join(", ", option.Late.Select(part => $"no: {part.Serves!.Name} may take {Duration(part.Turnaround)}"));

    private void PrintClaims(Estimate estimate)
    {
        if (estimate.Claims.Count == 0)
        {
            return;
        }

        shell.Out.WriteLine();
        shell.PrintTable(["PRINTED", "FIGURE", "FOLLOWS", "", "BECAUSE"], estimate.Claims.Select(check => (IReadOnlyList<string>)
        [
            check.Claim.Says, Amount(check.Claim, check.Claim.Printed), check.Follows is { } follows ? Amount(check.Claim, follows) : "unknown",
            check.Agrees switch { true => "agrees", false => "DIFFERS", null => "" }, check.Claim.Because ?? "",
        ]));
    }

    private void PrintBreakEvens(IReadOnlyList<BreakEven> breakEvens)
    {
        if (!detail.BreakEvens)
        {
            return;
        }

        shell.Out.WriteLine();
        if (breakEvens.Count == 0)
        {
            shell.Out.WriteLine("No two of these ways have a break-even.");
            return;
        }

        shell.PrintTable(["BREAK-EVEN", "AT", "HERE", "SO"], breakEvens.Select(breakEven => (IReadOnlyList<string>)
        [
            breakEven.Question, Short(breakEven.Threshold), breakEven.Here is { } here ? Short(here) : "", breakEven.Verdict ?? $"above: {breakEven.Above}",
        ]));
    }

    private static string Short(Figure figure)
    {
        if (figure.Value is not { } value)
        {
            return "never";
        }

        string unit = figure.Unit.ToString();
        return string.Create(CultureInfo.InvariantCulture, $"{value:#,##0.####}{(unit.Length > 0 ? " " : "")}{unit}");
    }

    private static string Amount(Claim claim, decimal value) =>
        claim.IsShare ? string.Create(CultureInfo.InvariantCulture, $"{value:0.##} %") : MoneyText.Of(value);

    private void Explain(Estimate estimate)
    {
        foreach (OptionEstimate option in estimate.Options)
        {
            CostRange month = option.Of(estimate.Scenario.Month.Of());
            ExplainOne(month.Low, month.IsSure ? "" : " at its cheapest");
            if (!month.IsSure)
            {
                ExplainOne(month.High, " at its dearest");
            }
        }
    }

    private void ExplainOne(Figure figure, string which)
    {
        shell.Out.WriteLine();
        foreach (string line in FigureText.Explain(figure.Named(figure.Name + which)))
        {
            shell.Out.WriteLine(Plain.Line(line));
        }
    }
}
