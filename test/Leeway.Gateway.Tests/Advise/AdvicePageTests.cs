using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Leeway.Advisor;
using Leeway.Advisor.Report;
using Leeway.Cli;
using Leeway.Gateway.Tests.Cli;

namespace Leeway.Gateway.Tests.Advise;

public sealed partial class AdvicePageTests : IAsyncDisposable
{
    private const string Hostile = "<script>alert('x')</script>\" onload=\"y{{source}}";

    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task The_page_holds_every_section_and_chart_and_the_configuration()
    {
        string page = await PageAsync(Trace("helpdesk", "nightly-export"));

        foreach (string heading in new[] { "The traffic and what it could save", "What can wait", "The configuration", "Risks", "Assumptions", "The profile in figures", "What was read" })
        {
            Assert.Contains($">{heading}</h2>", page, StringComparison.Ordinal);
        }

        foreach (string chart in new[] { "load", "deferrable", "lanes", "waterfall", "turnaround", "tokens", "week" })
        {
            Assert.Matches($"<figure id=\"{chart}\"[^>]*>.*?<svg .*?</svg><figcaption>", page.ReplaceLineEndings(" "));
        }

        foreach (string axis in new[] { "Hour of the day, UTC", "Requests per second", "Share of the requests, %", "Cost over the trace, USD", "Batches that are back, %", "Tokens of a request (logarithmic)" })
        {
            Assert.Contains($">{axis}</text>", page, StringComparison.Ordinal);
        }

        Assert.Contains("priority: low }", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configuration_that_the_page_saves_is_the_advised_one()
    {
        string trace = Trace("helpdesk", "nightly-export");
        string page = await PageAsync(trace);
        string data = DataLink().Match(page).Groups[1].Value.Replace("&#x2B;", "+", StringComparison.Ordinal);

        AdviceResult advice = AdviceJson.Read((await _bench.RunAsync("advise", trace, "--json")).Out);
        Assert.Equal(advice.Configuration, Encoding.UTF8.GetString(Convert.FromBase64String(data)));
    }

    [Fact]
    public async Task The_page_asks_for_nothing_and_runs_nothing()
    {
        string page = await PageAsync(Trace("helpdesk", "nightly-export"));

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(?i)(src|href)\\s*=\\s*[\"']?\\s*(https?:)?//", page);
        Assert.DoesNotMatch("(?i)(<link|<img|<iframe|@import|url\\((?!#))", page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_in_the_trace_stay_text()
    {
        string page = await PageAsync(Trace(Hostile, "tail\u202Egnp.exe\u0007"));

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\u202E", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\u0007", page, StringComparison.Ordinal);

        // Whatever the names hold, no tag of the page has an attribute that runs, and the charts stay well-formed.
        Assert.DoesNotMatch("<[^>]*\\son[a-z]+\\s*=\\s*\"", page);
        Assert.Contains("{{source}}", page, StringComparison.Ordinal);
        MatchCollection drawings = Drawing().Matches(page);
        Assert.True(drawings.Count >= 6, $"{drawings.Count} charts");
        Assert.All(drawings, drawing => XElement.Parse(drawing.Value));
    }

    [Fact]
    public async Task The_same_trace_gives_the_same_page()
    {
        string trace = Trace("helpdesk", "nightly-export");
        AdviceResult advice = AdviceJson.Read((await _bench.RunAsync("advise", trace, "--json")).Out);

        string page = AdvicePage.Write(advice);
        Assert.Equal(page, AdvicePage.Write(advice));
        Assert.Equal(page, AdvicePage.Write(AdviceJson.Read(AdviceJson.Write(advice))));
    }

    [Fact]
    public async Task Unknown_prices_are_said_and_not_drawn_as_nothing()
    {
        string page = await PageAsync(Trace("helpdesk", "nightly-export"), "--model", "a-model-of-nobody");

        Assert.Contains("What this traffic could save is unknown", page, StringComparison.Ordinal);
        Assert.Matches("<figure id=\"waterfall\"[^>]*><h3>[^<]*</h3><figcaption>", page);
        Assert.DoesNotContain("$0.00", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_is_made_again_and_any_other_file_is_left_alone()
    {
        string trace = Trace("helpdesk", "nightly-export");
        await PageAsync(trace);
        await PageAsync(trace);

        string notes = _bench.Write("notes.html", "<p>mine</p>");
        CliEnd end = await _bench.RunAsync("advise", trace, "--html", notes);
        Assert.Equal(ExitCode.Failed, end.Exit);
        Assert.Contains("is no report of leeway advise; it was not changed", end.Error, StringComparison.Ordinal);
        Assert.Equal("<p>mine</p>", string.Join('\n', _bench.Lines("notes.html")));
    }

    private async Task<string> PageAsync(string trace, params string[] more)
    {
        CliEnd end = await _bench.RunAsync(["advise", trace, "--html", "report.html", .. more.Length > 0 ? more : ["--model", "gpt-4o"]]);
        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        Assert.Contains("The report is in report.html.", end.Error, StringComparison.Ordinal);
        return string.Join('\n', _bench.Lines("report.html"));
    }

    /// <summary>Two weeks of two senders: one by day, one that starts each night at two.</summary>
    private string Trace(string byDay, string byNight)
    {
        var csv = new StringBuilder("timestamp,user,input_tokens,output_tokens\n");
        for (int day = 0; day < 14; day++)
        {
            var midnight = new DateTimeOffset(2026, 3, 2 + day, 0, 0, 0, TimeSpan.Zero);
            for (int i = 0; i < 40; i++)
            {
                Line(csv, midnight.AddHours(2).AddSeconds(i), byNight, 2000 + i, 500);
                Line(csv, midnight.AddHours(8).AddMinutes(i * 13.7), byDay, 900 + (i * 7), 200 + i);
            }
        }

        return _bench.Write("trace.csv", csv.ToString());
    }

    private static void Line(StringBuilder csv, DateTimeOffset at, string sender, int input, int output) => csv.Append(
        CultureInfo.InvariantCulture, $"{at:O},\"{sender.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{input},{output}\n");

    [GeneratedRegex("href=\"data:application/yaml;base64,([^\"]*)\"")]
    private static partial Regex DataLink();

    [GeneratedRegex("<svg .*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawing();
}
