using Leeway.Advisor.Advice;
using OxyPlot;
using OxyPlot.Axes;

namespace Leeway.Advisor.Report.Charts;

/// <summary>How much of each class can wait: what is sure, likely and possible.</summary>
internal static class DeferrableChart
{
    private const int MostClasses = 10;

    public static Figure Of(IReadOnlyList<ClassAdvice> classes, ShareRange all)
    {
        (string Name, ShareRange Share)[] rows = [("All requests", all), .. classes.Take(MostClasses).Select(advice => (advice.Name, advice.Deferrable))];
        if (classes.Count == 1)
        {
            rows = rows[..1];
        }

        PlotModel model = Plot.Empty();
        model.Axes.Add(Plot.Names(AxisPosition.Left, "", rows.Select(row => row.Name)));
        LinearAxis shares = Plot.Values(AxisPosition.Bottom, "Share of the requests, %", share => PageText.Number(share * 100));
        shares.Maximum = 1;
        shares.MajorStep = 0.25;
        model.Axes.Add(shares);
        model.Series.Add(Plot.Bars(rows.SelectMany((row, at) => new[]
        {
            (at, 0, row.Share.Low, Tone.Wait), (at, row.Share.Low, row.Share.Mid, Tone.Likely), (at, row.Share.Mid, row.Share.High, Tone.Maybe), (at, row.Share.High, 1, Tone.Now),
        })));

        string caption = $"Of all requests {PageText.Percent(all.Low)} can wait at least, {PageText.Percent(all.Mid)} probably and {PageText.Percent(all.High)} at most."
            + (classes.Count > MostClasses ? $" Shown are the {MostClasses} classes with the most savings; the table has all." : "");
        return new Figure(
            "deferrable",
            "Deferrable share",
            caption,
            [(Tone.Wait, "can wait"), (Tone.Likely, "probably"), (Tone.Maybe, "perhaps"), (Tone.Now, "somebody waits")],
            Drawing.Of(model, "deferrable", "Share of the requests that can wait, by class. " + caption, Plot.Width, Math.Max(170, 80 + (rows.Length * 30))));
    }
}
