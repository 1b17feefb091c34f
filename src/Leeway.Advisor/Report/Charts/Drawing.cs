using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;

namespace Leeway.Advisor.Report.Charts;

/// <summary>From the library's SVG to one that lives in the page: colours from the style sheet, ids that do not clash, a name for screen readers.</summary>
internal static partial class Drawing
{
    // Black with the tone's number as its blue: a colour that no chart uses, and that the rewriting below turns into a variable.
    private static readonly XName[] s_colours = ["fill", "stroke"];

    /// <summary>The colour by which the library carries a tone.</summary>
    public static OxyColor Colour(Tone tone) => tone == Tone.None ? OxyColors.Undefined : OxyColor.FromRgb(0, 0, (byte)tone);

    /// <param name="model">The chart; every colour in it is of <see cref="Colour"/>.</param>
    /// <param name="id">Unique in the page.</param>
    /// <param name="name">What it shows, for those who do not see it.</param>
    /// <param name="width">Units of about a pixel.</param>
    /// <param name="height">The same.</param>
    public static Markup Of(PlotModel model, string id, string name, int width, int height)
    {
        var exporter = new SvgExporter { Width = width, Height = height, IsDocument = false, TextMeasurer = new WideMeasure(width, height) };
        XElement svg = XDocument.Parse(exporter.ExportToString(model)).Root!;
        if (model.GetLastPlotException() is { } error)
        {
            // The library would draw the error into the picture.
            throw new InvalidOperationException($"The chart '{id}' could not be drawn: {error.Message}", error);
        }

        Unclip(svg);
        foreach (XElement element in svg.DescendantsAndSelf())
        {
            Rewrite(element, id);
        }

        svg.RemoveAttributes();
        svg.Add(
            new XAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {width} {height}")),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", PageText.Clean(name)));
        return Markup.Trusted(svg.ToString(SaveOptions.DisableFormatting));
    }

    // The library clips to the whole drawing too, which would cut a label where the reader's font is wider than was reckoned.
    private static void Unclip(XElement svg)
    {
        XNamespace ns = svg.Name.Namespace;
        HashSet<string> whole = [.. svg.Descendants(ns + "clipPath").Where(clip => clip.Element(ns + "rect") is { } rect && (string?)rect.Attribute("x") == "0" && (string?)rect.Attribute("y") == "0").Select(clip => $"url(#{(string?)clip.Attribute("id")})")];
        foreach (XAttribute clip in svg.Descendants().Attributes("clip-path").Where(clip => whole.Contains(clip.Value)).ToArray())
        {
            clip.Remove();
        }
    }

    private static void Rewrite(XElement element, string id)
    {
        element.Name = element.Name.LocalName;
        element.Attribute("font-family")?.Remove();
        string style = (string?)element.Attribute("style") ?? "";
        foreach (XName colour in s_colours)
        {
            if (element.Attribute(colour) is { } attribute)
            {
                style = $"{colour}:{attribute.Value};{style}";
                attribute.Remove();
            }
        }

        if (style.Length > 0)
        {
            element.SetAttributeValue("style", ToneColour().Replace(style, match => $"var(--{Name(match)})"));
        }

        if (element.Attribute("id") is { } own)
        {
            own.Value = id + own.Value;
        }

        if (element.Attribute("clip-path") is { } clip)
        {
            clip.Value = clip.Value.Replace("url(#", "url(#" + id, StringComparison.Ordinal);
        }
    }

    private static string Name(Match match) => ((Tone)int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).ToString().ToLowerInvariant();

    [GeneratedRegex(@"rgb\(0,0,(\d+)\)")]
    private static partial Regex ToneColour();
}
