using Leeway.Advisor.Advice;
using Leeway.Advisor.Profile;

namespace Leeway.Advisor.Report;

/// <summary>The figures behind the charts, as tables that can be copied.</summary>
internal static class PageTables
{
    private const int MostRows = 100;

    public static Markup Classes(AdviceResult result)
    {
        Markup rows = Markup.Each(result.Classes.Take(MostRows), advice => Markup.Of($"""
            <tr><th scope="row">{advice.Name}</th><td class="n">{PageText.Count(advice.Requests)}</td><td class="n">{PageText.Usd(advice.ListCostUsd)}</td><td>{Treatment(advice)}</td><td class="n">{PageText.Span(advice.Deadline)}</td><td class="n">{Shares(advice.Deferrable)}</td><td class="n">{Shares(advice.BackInTime)}</td><td class="n">{PageText.Usd(advice.SavingsUsd.Low)}</td><td class="n">{PageText.Usd(advice.SavingsUsd.Mid)}</td><td class="n">{PageText.Usd(advice.SavingsUsd.High)}</td></tr>
            <tr class="why"><td colspan="10">{string.Join("; ", advice.Evidence)}</td></tr>
            """));
        return Markup.Of($"""
            <div class="scroll"><table>
            <thead><tr><th scope="col">{Kind(result.Classes)}</th><th scope="col" class="n">Requests</th><th scope="col" class="n">At once, USD</th><th scope="col">Priority</th><th scope="col" class="n">Deadline</th><th scope="col" class="n">Can wait, %</th><th scope="col" class="n">Back in time, %</th><th scope="col" class="n">Saves, low</th><th scope="col" class="n">Middle</th><th scope="col" class="n">High, USD</th></tr></thead>
            <tbody>{rows}</tbody></table></div>{Rest(result.Classes.Count, "classes")}
            <p class="note">Shares are low, middle and high guesses; back in time is on bad days, as usual and at best. Amounts are over the trace. Where there is no rule, the deadline is the one that the share in question would get.</p>
            """);
    }

    public static Markup Profile(TraceProfile profile)
    {
        Markup models = Markup.Each(profile.Models.Take(MostRows), model => Markup.Of(
            $"<tr><th scope=\"row\">{model.Model ?? "not told"}</th><td class=\"n\">{PageText.Count(model.Requests)}</td><td class=\"n\">{PageText.Count(model.InputTokens)}</td><td class=\"n\">{PageText.Count(model.CachedTokens)}</td><td class=\"n\">{PageText.Count(model.OutputTokens)}</td><td class=\"n\">{PageText.Usd(model.ListCostUsd)}</td><td class=\"n\">{PageText.Usd(model.FlexCostUsd)}</td><td class=\"n\">{PageText.Usd(model.BatchCostUsd)}</td></tr>\n"));
        (string Name, Percentiles Values)[] spreads =
        [
            .. profile.Input is { } input ? new[] { ("Input tokens", input) } : [],
            .. profile.Output is { } output ? new[] { ("Output tokens", output) } : [],
            .. profile.LatencySeconds is { } latency ? new[] { ("Latency, seconds", latency) } : [],
        ];
        Markup spread = spreads.Length == 0 ? default : Markup.Of($"""
            <div class="scroll"><table><caption>Percentiles</caption>
            <thead><tr><th scope="col">Of a request</th><th scope="col" class="n">Mean</th><th scope="col" class="n">Least</th><th scope="col" class="n">P50</th><th scope="col" class="n">P90</th><th scope="col" class="n">P95</th><th scope="col" class="n">P99</th><th scope="col" class="n">Most</th></tr></thead>
            <tbody>{Markup.Each(spreads, row => Row(row.Name, row.Values))}</tbody></table></div>
            """);
        Markup facts = Markup.Each(PageFacts.Of(profile), fact => Markup.Of($"<tr><th scope=\"row\">{fact.Name}</th><td>{fact.Words}</td></tr>\n"));
        return Markup.Of($"""
            <div class="scroll"><table><caption>Models at the prices of the catalogue</caption>
            <thead><tr><th scope="col">Model</th><th scope="col" class="n">Requests</th><th scope="col" class="n">Input tokens</th><th scope="col" class="n">of these cached</th><th scope="col" class="n">Output tokens</th><th scope="col" class="n">At once, USD</th><th scope="col" class="n">On flex, USD</th><th scope="col" class="n">In batches, USD</th></tr></thead>
            <tbody>{models}</tbody></table></div>{Rest(profile.Models.Count, "models")}
            {spread}
            <div class="scroll"><table><caption>Arrivals, repeats and reuse</caption><tbody>{facts}</tbody></table></div>
            """);
    }

    public static Markup Source(TraceSource source)
    {
        Markup files = Markup.Each(source.Files.Take(MostRows), file => Markup.Of($"""
            <tr><th scope="row">{Path.GetFileName(file.Path)}</th><td>{file.Format}</td><td>{string.Join(", ", file.Columns.Select(column => $"{column.Field} = {column.Column} ({column.Type}{(column.Given ? ", given" : "")})"))}</td><td>{(file.Unused.Count == 0 ? "none" : string.Join(", ", file.Unused))}</td></tr>
            """));
        Markup aside = source.SetAside.Count == 0 ? default : Markup.Of(
            $"<p>Set aside:</p><ul class=\"plain\">{Markup.Each(source.SetAside, rows => Markup.Of($"<li>{PageText.Count(rows.Rows)} rows: {rows.Reason}{(rows.Example is null ? "" : $", such as “{PageText.Short(rows.Example, 60)}”")}</li>"))}</ul>");
        Markup notes = source.Notes.Count == 0 ? default : Markup.Of($"<p>To know about the data:</p><ul class=\"plain\">{Markup.Each(source.Notes, note => Markup.Of($"<li>{note}</li>"))}</ul>");
        return Markup.Of($"""
            <p>{PageText.Count(source.RowsUsed)} of {PageText.Count(source.Rows)} rows are in the figures.</p>
            <div class="scroll"><table><thead><tr><th scope="col">File</th><th scope="col">Format</th><th scope="col">Columns, as they were understood</th><th scope="col">Not used</th></tr></thead><tbody>{files}</tbody></table></div>{Rest(source.Files.Count, "files")}
            {aside}{notes}
            """);
    }

    private static Markup Row(string name, Percentiles of) => Markup.Of(
        $"<tr><th scope=\"row\">{name}</th>{Markup.Each(new[] { of.Mean, of.Min, of.P50, of.P90, of.P95, of.P99, of.Max }, value => Markup.Of($"<td class=\"n\">{PageText.Number(value)}</td>"))}</tr>\n");

    private static Markup Rest(int all, string what) => all > MostRows ? Markup.Of($"<p class=\"note\">and {PageText.Count(all - MostRows)} more {what}; leeway advise --json has all.</p>") : default;

    private static string Treatment(ClassAdvice advice) => advice.Ruled
        ? advice.Priority.ToString().ToLowerInvariant()
        : "urgent, no rule";

    private static string Shares(ShareRange share) => $"{PageText.Number(Math.Round(share.Low * 100, 1))} – {PageText.Number(Math.Round(share.Mid * 100, 1))} – {PageText.Number(Math.Round(share.High * 100, 1))}";

    private static string Kind(IReadOnlyList<ClassAdvice> classes) => classes.Count == 0 ? "Class" : classes[0].Kind switch
    {
        ClassKind.Sender => "Sender",
        ClassKind.Route => "Route",
        ClassKind.Model => "Model",
        _ => "Class",
    };
}
