using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;

namespace Leeway.Advisor.Report.Charts;

/// <summary>What the trace costs in each lane, and as advised.</summary>
internal static class LaneChart
{
    private const string Title = "Cost by lane";

    public static Figure Of(LaneCosts? costs)
    {
        if (costs is null)
        {
            return Figure.Missing("lanes", Title, "No model of the trace has a known price, so nothing can be said about money. Give --model where the trace names none, or add prices with leeway prices import.");
        }

        (string Name, decimal Now, decimal Waits)[] rows =
        [
            .. costs.Paid is { } paid ? new[] { ("Paid, says the trace", paid, 0m) } : [],
            ("All in real time", costs.RealTime, 0m),
            .. costs.Flex is { } flex ? new[] { ("All on flex", 0m, flex) } : [],
            .. costs.Batch is { } batch ? new[] { ("All in batches", 0m, batch) } : [],
            ("As advised", costs.AdvisedRealTime, costs.AdvisedBatch),
        ];
        PlotModel model = Plot.Empty();
        model.Axes.Add(Plot.Names(AxisPosition.Left, "", rows.Select(row => row.Name)));
        LinearAxis dollars = Plot.Values(AxisPosition.Bottom, "Cost over the trace, USD", amount => PageText.Number(amount));
        dollars.MaximumPadding = 0.22;
        model.Axes.Add(dollars);
        model.Series.Add(Plot.Bars(rows.SelectMany((row, at) => new[]
        {
            (at, 0, (double)row.Waits, Tone.Wait), (at, (double)row.Waits, (double)(row.Waits + row.Now), Tone.Slate),
        })));
        foreach ((int at, (string _, decimal now, decimal waits)) in rows.Index())
        {
            TextAnnotation words = Plot.Words((double)(now + waits), at, PageText.UsdShort(now + waits));
            model.Annotations.Add(words);
        }

        string caption = $"At once the trace costs {PageText.Usd(costs.RealTime)} at the list price"
            + (costs.Batch is { } all ? $", and {PageText.Usd(all)} if all of it went in batches" : "")
            + $"; as advised {PageText.Usd(costs.AdvisedRealTime + costs.AdvisedBatch)}, with the middle guess of what can wait."
            + (costs.WithoutBatchPrice ? " Models without a batch price are counted at their list price throughout." : "")
            + (costs.Flex is null ? " No flex price is known." : "");
        return new Figure(
            "lanes", Title, caption, [(Tone.Slate, "real time"), (Tone.Wait, "can wait")], Drawing.Of(model, "lanes", "Cost of the trace by lane. " + caption, Plot.Width, 90 + (rows.Length * 34)));
    }
}
