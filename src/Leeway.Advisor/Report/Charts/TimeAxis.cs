using OxyPlot.Axes;

namespace Leeway.Advisor.Report.Charts;

/// <summary>Minutes on a logarithmic scale, marked at the times that people name.</summary>
internal sealed class TimeAxis : LogarithmicAxis
{
    private static readonly double[] s_minutes = [1, 5, 15, 60, 240, 1440, 4320];

    public TimeAxis()
    {
        Minimum = 1;
        Maximum = s_minutes[^1];
        LabelFormatter = minutes => PageText.Span(TimeSpan.FromMinutes(minutes));
    }

    /// <inheritdoc/>
    public override void GetTickValues(out IList<double> majorLabelValues, out IList<double> majorTickValues, out IList<double> minorTickValues)
    {
        majorLabelValues = s_minutes;
        majorTickValues = s_minutes;
        minorTickValues = [];
    }
}
