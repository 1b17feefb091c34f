using Leeway.Advisor.Report;
using Leeway.Advisor.Report.Charts;
using Leeway.Simulation.Scoring;
using OxyPlot;
using OxyPlot.Axes;

namespace Leeway.Simulation.Report;

/// <summary>What each policy pays for one class, beside the clairvoyant.</summary>
internal static class CostChart
{
    private const string Bound = "clairvoyant";

    public static Figure Of(string name, IReadOnlyList<ClassSummary> policies)
    {
        double bound = policies[0].Sum is { ListCost: > 0 } first ? (double)(first.Clairvoyant / first.ListCost) : 0;
        (string Name, double Share, bool Late)[] rows =
        [
            .. policies.Select(static policy => (policy.Policy, policy.Sum.OfList, policy.Sum.MissShare > 0.001)),
            (Bound, bound, false),
        ];
        PlotModel model = Plot.Empty();
        model.Axes.Add(Plot.Names(AxisPosition.Left, "", rows.Select(static row => row.Name)));
        LinearAxis share = Plot.Values(AxisPosition.Bottom, "Share of the cost in real time", static value => PageText.Percent(value));
        share.MaximumPadding = 0.22;
        model.Axes.Add(share);
        model.Series.Add(Plot.Bars(rows.Select(static (row, at) => (at, 0.0, row.Share, row.Name == Bound ? Tone.Slate : row.Late ? Tone.Slow : Tone.Wait))));
        foreach ((int at, (string _, double value, bool _)) in rows.Index())
        {
            model.Annotations.Add(Plot.Words(value, at, PageText.Percent(value)));
        }

        string id = "cost-" + string.Concat(name.Where(char.IsAsciiLetterOrDigit));
        string title = name == "all" ? "All deadlines together" : $"Deadline {name}";
        string caption = string.Join("; ", rows.Select(static row => $"{row.Name} {PageText.Percent(row.Share)}")) + " of what real time costs.";
        return new Figure(
            id,
            title,
            caption,
            [(Tone.Wait, "in time"), (Tone.Slow, "more than 0.1 % late"), (Tone.Slate, "bound")],
            Drawing.Of(model, id, title + ". " + caption, Plot.Width, 90 + (rows.Length * 34)));
    }
}
