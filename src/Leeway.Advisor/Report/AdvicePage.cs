using System.Text;
using System.Text.RegularExpressions;
using Leeway.Advisor.Advice;
using Leeway.Advisor.Profile;
using Leeway.Advisor.Report.Charts;

namespace Leeway.Advisor.Report;

/// <summary>
/// The advice as one HTML page that needs nothing else: no script, no request, drawings as SVG within. Deterministic: the same advice gives the same bytes.
/// </summary>
public static partial class AdvicePage
{
    /// <summary>By this a page of ours is known when a file of the same name is there already.</summary>
    public const string Mark = "<meta name=\"generator\" content=\"leeway advise\">";

    /// <summary>The page, UTF-8 when written.</summary>
    public static string Write(AdviceResult result)
    {
        ShareRange all = Shares(result);
        var slots = new Dictionary<string, Markup>(StringComparer.Ordinal)
        {
            ["style"] = Markup.Trusted(Resource("report.css")),
            ["title"] = Markup.Of($"Leeway advice: {Names(result)}"),
            ["headline"] = PageHead.Headline(result, all),
            ["lead"] = PageHead.Lead(result, Names(result)),
            ["facts"] = PageHead.Facts(result, all),
            ["figures"] = Markup.Each(Figures(result, all), Figure),
            ["classes"] = PageTables.Classes(result),
            ["configuration"] = PageWords.Configuration(result.Configuration, result.Seals),
            ["risks"] = PageWords.Risks(result.Risks),
            ["assumptions"] = PageWords.Assumptions(result),
            ["profile"] = PageTables.Profile(result.Profile),
            ["source"] = PageTables.Source(result.Source),
            ["footer"] = Markup.Of($"Made by leeway advise from the trace alone; nothing was sent anywhere. Prices as of {PageText.Instant(result.Assumptions.PricesAt)} UTC."),
        };

        // One pass over the template: what is put in is not looked at again, so a trace cannot name a slot.
        return Slot().Replace(Resource("report.html"), slot => slots[slot.Groups[1].Value].ToString()).ReplaceLineEndings("\n");
    }

    private static IEnumerable<Figure> Figures(AdviceResult result, ShareRange all)
    {
        yield return LoadChart.Day(result);
        yield return DeferrableChart.Of(result.Classes, all);
        yield return LaneChart.Of(LaneCosts.Of(result));
        yield return WaterfallChart.Of(result);
        yield return TurnaroundChart.Of(result);
        yield return PercentileChart.Tokens(result.Profile);
        if (PercentileChart.Latency(result.Profile) is { } latency)
        {
            yield return latency;
        }

        if (LoadChart.Week(result.Profile) is { } week)
        {
            yield return week;
        }
    }

    internal static Markup Figure(Figure figure)
    {
        string kind = figure.Wide ? "wide" : "half";
        Markup legend = figure.Legend.Count == 0
            ? default
            : Markup.Of($"<ul class=\"legend\">{Markup.Each(figure.Legend, entry => Markup.Of($"<li><i style=\"background:var(--{entry.Tone.ToString().ToLowerInvariant()})\"></i>{entry.Words}</li>"))}</ul>");
        return Markup.Of($"<figure id=\"{figure.Id}\" class=\"{kind}\"><h3>{figure.Title}</h3>{legend}{figure.Drawing ?? default}<figcaption>{figure.Caption}</figcaption></figure>\n");
    }

    /// <summary>Over all requests, each class with its weight.</summary>
    private static ShareRange Shares(AdviceResult result)
    {
        double requests = Math.Max(1, result.Classes.Sum(advice => advice.Requests));
        double Of(Func<ShareRange, double> part) => result.Classes.Sum(advice => advice.Requests * part(advice.Deferrable)) / requests;
        return new ShareRange(Of(share => share.Low), Of(share => share.Mid), Of(share => share.High));
    }

    private static string Names(AdviceResult result)
    {
        const int Most = 2;
        IReadOnlyList<TraceFileRead> files = result.Source.Files;
        return string.Join(", ", files.Take(Most).Select(file => Path.GetFileName(file.Path))) + (files.Count > Most ? $" and {PageText.Count(files.Count - Most)} more" : "");
    }

    internal static string Resource(string name)
    {
        using Stream stream = typeof(AdvicePage).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{\{([a-z]+)\}\}")]
    private static partial Regex Slot();
}
