using Leeway.Advisor.Profile;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Leeway.Advisor.Report.Charts;

/// <summary>Requests per second by hour of the day, and over the week when the trace is long enough.</summary>
internal static class LoadChart
{
    private const int Hours = 24;
    private static readonly string[] s_days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static Figure Day(AdviceResult result)
    {
        LoadByHour load = result.Profile.Hours;
        bool relative = result.Profile.Volume.RelativeTime;
        PlotModel model = Plot.Empty();
        LinearAxis hours = Plot.Styled(
            new LinearAxis { Minimum = 0, Maximum = Hours, MajorStep = 4, LabelFormatter = hour => hour.ToString("00", model.Culture) }, AxisPosition.Bottom, relative ? "Hours from the trace's start" : "Hour of the day, UTC");
        hours.MajorGridlineStyle = LineStyle.None;
        model.Axes.Add(hours);
        LinearAxis rates = Plot.Values(AxisPosition.Left, "Requests per second", PageText.Number);
        model.Axes.Add(rates);

        var bars = new RectangleBarSeries { FillColor = Drawing.Colour(Tone.Likely), StrokeThickness = 0, StrokeColor = Drawing.Colour(Tone.Grid) };
        foreach (HourLoad hour in load.Day.Where(hour => hour.RequestsPerSecond > 0))
        {
            bars.Items.Add(new RectangleBarItem(hour.Hour + 0.1, 0, hour.Hour + 0.9, hour.RequestsPerSecond!.Value));
        }

        model.Series.Add(bars);
        int[] silent = [.. load.Day.Where(hour => hour.RequestsPerSecond is null).Select(hour => hour.Hour)];
        foreach (int hour in silent)
        {
            Shade(model, hour, hour + 1);
        }

        bool window = silent.Length == 0 && !relative && result.Seals.Window is { Tz: "UTC" };
        if (window)
        {
            double from = result.Seals.Window!.From.Hour, to = result.Seals.Window.To.Hour;
            Shade(model, from, to > from ? to : Hours);
            if (to <= from)
            {
                Shade(model, 0, to);
            }
        }

        return new Figure(
            "load",
            "Load by hour",
            Caption(load, silent.Length),
            silent.Length > 0 || window ? [(Tone.Likely, "requests"), (Tone.Shade, window ? "hours in which low batches are sealed" : "hours that the trace does not cover")] : [],
            Drawing.Of(model, "load", "Requests per second by hour. " + Caption(load, silent.Length), Plot.Width, 300));
    }

    /// <summary>Null when the trace is too short for a week's shape.</summary>
    public static Figure? Week(TraceProfile profile)
    {
        HourLoad[] week = [.. profile.Hours.Week];
        if (week.Length == 0)
        {
            return null;
        }

        PlotModel model = Plot.Empty();
        LinearAxis days = Plot.Styled(
            new LinearAxis { Minimum = 0, Maximum = Hours * s_days.Length, MajorStep = Hours, LabelFormatter = hour => Day(hour, profile.Volume.RelativeTime) },
            AxisPosition.Bottom,
            profile.Volume.RelativeTime ? "Days from the trace's start" : "Hour of the week, UTC (marked at midnight)");
        model.Axes.Add(days);
        model.Axes.Add(Plot.Values(AxisPosition.Left, "Requests per second", PageText.Number));
        var line = new StairStepSeries { Color = Drawing.Colour(Tone.Wait), StrokeThickness = 1.6 };
        foreach (HourLoad hour in week)
        {
            line.Points.Add(new DataPoint(hour.Hour, hour.RequestsPerSecond ?? double.NaN));
            line.Points.Add(new DataPoint(hour.Hour + 1, hour.RequestsPerSecond ?? double.NaN));
        }

        model.Series.Add(line);
        HourLoad busiest = week.MaxBy(hour => hour.RequestsPerSecond ?? 0)!;
        string caption = $"The busiest hour of the week has {PageText.Number(busiest.RequestsPerSecond ?? 0)} requests per second. Gaps are hours that the trace does not cover.";
        return new Figure("week", "Load over the week", caption, [], Drawing.Of(model, "week", "Requests per second by hour of the week. " + caption, Plot.FullWidth, 260)) { Wide = true };
    }

    private static string Day(double hour, bool relative)
    {
        int day = (int)(hour / Hours);
        return relative ? PageText.Count(day) : day < s_days.Length ? s_days[day] : "";
    }

    private static string Caption(LoadByHour load, int silent)
    {
        HourLoad busiest = load.Day.MaxBy(hour => hour.RequestsPerSecond ?? 0)!;
        string words = $"Busiest at {busiest.Hour:00}:00 with {PageText.Number(busiest.RequestsPerSecond ?? 0)} requests per second";
        return silent > 0
            ? $"{words}. The trace covers {Hours - silent} of the {Hours} hours, so it does not tell the shape of a day."
            : words + (load.PeakToTrough is { } ratio ? $", {PageText.Number(ratio)} times the quietest hour." : ".");
    }

    private static void Shade(PlotModel model, double from, double to) => model.Annotations.Add(
        new RectangleAnnotation { MinimumX = from, MaximumX = to, Fill = Drawing.Colour(Tone.Shade), StrokeThickness = 0, Stroke = OxyColors.Transparent, Layer = AnnotationLayer.BelowAxes });
}
