using Leeway.Advisor.Advice;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Leeway.Advisor.Report.Charts;

/// <summary>The assumed law of turnaround, as a share of batches that are back by a time, with the deadlines that the advice uses.</summary>
internal static class TurnaroundChart
{
    private const int Points = 120;

    public static Figure Of(AdviceResult result)
    {
        AdviceAssumptions assumed = result.Assumptions;
        PlotModel model = Plot.Empty();
        TimeAxis times = Plot.Styled(new TimeAxis(), AxisPosition.Bottom, "Time from submit to collected result (logarithmic)");
        model.Axes.Add(times);
        LinearAxis shares = Plot.Values(AxisPosition.Left, "Batches that are back, %", share => PageText.Number(share * 100));
        shares.Maximum = 1.02;
        shares.MajorStep = 0.25;
        model.Axes.Add(shares);
        model.Series.Add(Line(assumed.Turnaround, times, Tone.Wait, LineStyle.Solid));
        model.Series.Add(Line(assumed.SlowTurnaround, times, Tone.Slow, LineStyle.Dash));
        foreach (TimeSpan deadline in result.Classes.Select(advice => advice.Deadline).Distinct().Order().Take(4))
        {
            double minutes = (deadline - assumed.RescueMargin).TotalMinutes;
            model.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Vertical, X = minutes, Color = Drawing.Colour(Tone.Muted), LineStyle = LineStyle.Dot, StrokeThickness = 1.5 });
            model.Annotations.Add(Plot.Words(minutes, 0.05, PageText.Span(deadline), Tone.Muted));
        }

        string caption = $"Assumed, not measured: within an hour {Back(assumed.Turnaround, 1)} of the batches are back, {Back(assumed.SlowTurnaround, 1)} on bad days; within a day {Back(assumed.Turnaround, 24)} and {Back(assumed.SlowTurnaround, 24)}. "
            + $"The dotted lines are the deadlines of this advice, less {PageText.Span(assumed.RescueMargin)} kept for the rescue.";
        return new Figure(
            "turnaround",
            "Turnaround that the advice rests on",
            caption,
            [(Tone.Wait, "as usual"), (Tone.Slow, "on bad days")],
            Drawing.Of(model, "turnaround", "Share of batches that are back by a time. " + caption, Plot.Width, 300));
    }

    private static string Back(TurnaroundLaw law, double hours) => PageText.Percent(law.Within(TimeSpan.FromHours(hours)));

    private static LineSeries Line(TurnaroundLaw law, TimeAxis times, Tone tone, LineStyle style)
    {
        var line = new LineSeries { Color = Drawing.Colour(tone), LineStyle = style, StrokeThickness = 2 };
        for (int at = 0; at <= Points; at++)
        {
            double minutes = Math.Pow(times.Maximum, (double)at / Points);
            line.Points.Add(new DataPoint(minutes, law.Within(TimeSpan.FromMinutes(minutes))));
        }

        return line;
    }
}
