using Leeway.Advisor.Advice;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Leeway.Advisor.Report.Charts;

/// <summary>From the list cost to what is left of it as advised, class by class.</summary>
internal static class WaterfallChart
{
    private const string Title = "Savings, class by class";
    private const int MostClasses = 7;

    public static Figure Of(AdviceResult result)
    {
        if (result.Savings.TraceUsd is not { Low: { } low, Mid: { } mid, High: { } high } || result.Profile.Volume.ListCostUsd is not { } list)
        {
            return Figure.Missing("waterfall", Title, "No class has both a known price and a known batch price, so no saving can be reckoned. It is unknown, not zero.");
        }

        (string Name, decimal Saved)[] saved = [.. result.Classes.Where(advice => advice.SavingsUsd.Mid > 0).Select(advice => (advice.Name, advice.SavingsUsd.Mid!.Value))];
        (string Name, decimal Saved)[] steps = saved.Length > MostClasses
            ? [.. saved[..(MostClasses - 1)], ($"{saved.Length - MostClasses + 1} other classes", saved[(MostClasses - 1)..].Sum(step => step.Saved))]
            : saved;

        var bars = new List<(int Row, double From, double To, Tone Tone)> { (0, 0, (double)list, Tone.Slate) };
        PlotModel model = Plot.Empty();
        decimal left = list;
        model.Annotations.Add(Plot.Words((double)list, 0, PageText.UsdShort(list)));
        foreach ((int at, (string _, decimal amount)) in steps.Index())
        {
            bars.Add((at + 1, (double)(left - amount), (double)left, Tone.Wait));
            model.Annotations.Add(Plot.Words((double)left, at + 1, PageText.UsdShort(-amount)));
            left -= amount;
        }

        int last = steps.Length + 1;
        bars.Add((last, 0, (double)left, Tone.Slate));
        model.Axes.Add(Plot.Names(AxisPosition.Left, "", ["At once", .. steps.Select(step => step.Name), "As advised"]));
        LinearAxis dollars = Plot.Values(AxisPosition.Bottom, "Cost over the trace, USD", amount => PageText.Number(amount));
        dollars.MaximumPadding = 0.22;
        model.Axes.Add(dollars);
        model.Series.Add(Plot.Bars(bars));
        model.Series.Add(Range((double)(list - high), (double)(list - low), last));
        model.Annotations.Add(Plot.Words((double)Math.Max(left, list - low), last, PageText.UsdShort(left), shift: 10));

        string caption = $"Of {PageText.Usd(list)} probably {PageText.Usd(mid)} can be saved; {PageText.Usd(low)} when things go badly, {PageText.Usd(high)} at best. The line across the last bar is that range.";
        return new Figure(
            "waterfall",
            Title,
            caption,
            [(Tone.Slate, "cost"), (Tone.Wait, "saved"), (Tone.Ink, "range")],
            Drawing.Of(model, "waterfall", "From the cost at once to the cost as advised. " + caption, Plot.Width, 90 + ((steps.Length + 2) * 34)));
    }

    private static LineSeries Range(double from, double to, int row)
    {
        var line = new LineSeries
        {
            Color = Drawing.Colour(Tone.Ink),
            StrokeThickness = 1.5,
            MarkerType = MarkerType.Circle,
            MarkerSize = 3,
            MarkerFill = Drawing.Colour(Tone.Ink),
            MarkerStroke = Drawing.Colour(Tone.Ink),
        };
        line.Points.Add(new DataPoint(from, row));
        line.Points.Add(new DataPoint(to, row));
        return line;
    }
}
