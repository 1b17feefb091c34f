using Leeway.Advisor.Profile;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Leeway.Advisor.Report.Charts;

/// <summary>Percentiles of one quantity or two, on a logarithmic scale: they span orders of magnitude.</summary>
internal static class PercentileChart
{
    private static readonly string[] s_ranks = ["P50", "P90", "P95", "P99", "most"];

    public static Figure Tokens(TraceProfile profile)
    {
        if (profile.Input is not { } input || profile.Output is not { } output)
        {
            return Figure.Missing("tokens", "Tokens of a request", "The trace holds sums per bucket of time, so it does not tell how many tokens a single request has.");
        }

        PlotModel model = Model("Tokens of a request (logarithmic)", PageText.Number);
        double[] inputs = Values(input), outputs = Values(output);
        Add(model, inputs, Tone.Wait, MarkerType.Circle, value => PageText.Count((long)value), at => inputs[at] >= outputs[at], 1);
        Add(model, outputs, Tone.Slow, MarkerType.Square, value => PageText.Count((long)value), at => outputs[at] > inputs[at], 1);
        string caption = $"Half of the requests have at most {PageText.Count((long)input.P50)} tokens of input and {PageText.Count((long)output.P50)} of output; one in a hundred has more than {PageText.Count((long)input.P99)} and {PageText.Count((long)output.P99)}.";
        return new Figure(
            "tokens", "Tokens of a request", caption, [(Tone.Wait, "input"), (Tone.Slow, "output")], Drawing.Of(model, "tokens", "Percentiles of tokens. " + caption, Plot.Width, 300));
    }

    /// <summary>Null when the trace does not tell when answers were complete.</summary>
    public static Figure? Latency(TraceProfile profile)
    {
        if (profile.LatencySeconds is not { } latency)
        {
            return null;
        }

        PlotModel model = Model("Seconds to the answer (logarithmic)", PageText.Number);
        Add(model, Values(latency), Tone.Wait, MarkerType.Circle, PageText.Number, _ => true, 0.001);
        string caption = $"Half of the answers are complete within {PageText.Number(latency.P50)} s, one in twenty takes longer than {PageText.Number(latency.P95)} s.";
        return new Figure("latency", "Latency", caption, [], Drawing.Of(model, "latency", "Percentiles of latency. " + caption, Plot.FullWidth, 260)) { Wide = true };
    }

    private static double[] Values(Percentiles of) => [of.P50, of.P90, of.P95, of.P99, of.Max];

    private static PlotModel Model(string title, Func<double, string> label)
    {
        PlotModel model = Plot.Empty();
        CategoryAxis ranks = Plot.Names(AxisPosition.Bottom, "Percentile of the requests", s_ranks);
        model.Axes.Add(ranks);
        model.Axes.Add(Plot.Magnitudes(AxisPosition.Left, title, label));
        return model;
    }

    private static void Add(PlotModel model, double[] values, Tone tone, MarkerType marker, Func<double, string> label, Func<int, bool> above, double least)
    {
        OxyColor colour = Drawing.Colour(tone);
        var line = new LineSeries { Color = colour, StrokeThickness = 2, MarkerType = marker, MarkerSize = 4, MarkerFill = colour, MarkerStroke = colour };
        foreach ((int at, double value) in values.Index())
        {
            // Nought has no logarithm; it is drawn at the foot and labelled as what it is.
            double y = Math.Max(value, least);
            line.Points.Add(new DataPoint(at, y));
            model.Annotations.Add(Plot.Words(at, y, label(value), tone, HorizontalAlignment.Center, above(at) ? VerticalAlignment.Bottom : VerticalAlignment.Top, 7));
        }

        model.Series.Add(line);
    }
}
