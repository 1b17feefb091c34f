using OxyPlot;

namespace Leeway.Advisor.Report.Charts;

/// <summary>Measures text a little wider than Arial is: the page is shown in whatever font the reader's system has, and labels must not run into each other there.</summary>
internal sealed class WideMeasure(double width, double height) : PdfRenderContext(width, height, OxyColors.Undefined)
{
    // The base measures in points, three quarters of the pixels that the SVG is written in.
    private const double Pixels = 4.0 / 3;
    private const double Wider = 1.2;

    /// <inheritdoc/>
    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        OxySize size = base.MeasureText(text, "Arial", fontSize, fontWeight);
        return new OxySize(size.Width * Pixels * Wider, size.Height * Pixels);
    }
}
