using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Leeway.Advisor.Report.Charts;

/// <summary>What all charts look like.</summary>
internal static class Plot
{
    /// <summary>Half of the page's width.</summary>
    public const int Width = 520;

    /// <summary>All of it.</summary>
    public const int FullWidth = 1080;

    public static PlotModel Empty() => new()
    {
        Culture = CultureInfo.InvariantCulture,
        PlotAreaBorderThickness = new OxyThickness(0),
        Padding = new OxyThickness(4, 8, 12, 2),
        TextColor = Drawing.Colour(Tone.Ink),
        DefaultFontSize = 12,
    };

    /// <summary>Numbers from zero, with faint lines.</summary>
    public static LinearAxis Values(AxisPosition position, string title, Func<double, string> label) => Styled(
        new LinearAxis { MinimumPadding = 0, Minimum = 0, MaximumPadding = 0.04, AbsoluteMinimum = 0, LabelFormatter = label }, position, title);

    /// <summary>Orders of magnitude, with faint lines.</summary>
    public static LogarithmicAxis Magnitudes(AxisPosition position, string title, Func<double, string> label) => Styled(
        new LogarithmicAxis { LabelFormatter = label, MinorTickSize = 0, MinimumPadding = 0.12, MaximumPadding = 0.12 }, position, title);

    /// <summary>Names without ticks; from top to bottom when they stand on the left.</summary>
    public static CategoryAxis Names(AxisPosition position, string title, IEnumerable<string> names)
    {
        CategoryAxis axis = Styled(new CategoryAxis { GapWidth = 0.6 }, position, title);
        axis.MajorGridlineStyle = LineStyle.None;
        axis.Labels.AddRange(names.Select(name => PageText.Short(name, 24)));
        if (position == AxisPosition.Left)
        {
            axis.StartPosition = 1;
            axis.EndPosition = 0;
        }

        return axis;
    }

    /// <summary>The common look, on any axis.</summary>
    public static TAxis Styled<TAxis>(TAxis axis, AxisPosition position, string title)
        where TAxis : Axis
    {
        axis.Position = position;
        axis.Title = title;
        axis.AxisTitleDistance = 8;
        axis.TitleColor = Drawing.Colour(Tone.Muted);
        axis.TextColor = Drawing.Colour(Tone.Muted);
        axis.TicklineColor = Drawing.Colour(Tone.Grid);
        axis.AxislineColor = Drawing.Colour(Tone.Muted);
        axis.AxislineStyle = position == AxisPosition.Left && axis is not CategoryAxis ? LineStyle.None : LineStyle.Solid;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = Drawing.Colour(Tone.Grid);
        axis.MajorTickSize = 0;
        axis.MinorTickSize = 0;
        axis.IsZoomEnabled = false;
        return axis;
    }

    /// <summary>Bars that lie, each from one value to another in the row of a name.</summary>
    public static IntervalBarSeries Bars(IEnumerable<(int Row, double From, double To, Tone Tone)> bars)
    {
        var series = new IntervalBarSeries { StrokeThickness = 0, StrokeColor = Drawing.Colour(Tone.Grid), LabelFormatString = null };
        foreach ((int row, double from, double to, Tone tone) in bars.Where(bar => bar.To > bar.From))
        {
            series.Items.Add(new IntervalBarItem(from, to) { CategoryIndex = row, Color = Drawing.Colour(tone) });
        }

        return series;
    }

    /// <summary>Words beside a point.</summary>
    public static TextAnnotation Words(
        double x, double y, string text, Tone tone = Tone.Ink, HorizontalAlignment across = HorizontalAlignment.Left, VerticalAlignment down = VerticalAlignment.Middle, double shift = 6) => new()
        {
            Text = text,
            TextPosition = new DataPoint(x, y),
            TextHorizontalAlignment = across,
            TextVerticalAlignment = down,
            TextColor = Drawing.Colour(tone),
            Stroke = OxyColors.Transparent,
            StrokeThickness = 0,
            Background = OxyColors.Undefined,
            FontSize = 11,
            Padding = new OxyThickness(0),
            Offset = across == HorizontalAlignment.Left ? new ScreenVector(shift, 0) : new ScreenVector(0, down == VerticalAlignment.Bottom ? -shift : shift),
        };
}
