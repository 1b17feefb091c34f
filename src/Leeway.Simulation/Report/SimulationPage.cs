using Leeway.Advisor.Report;
using Leeway.Simulation.Policies;
using Leeway.Simulation.Scoring;

namespace Leeway.Simulation.Report;

/// <summary>
/// A comparison of policies as one HTML page that needs nothing else: no script, no request, drawings as SVG within. Deterministic: the same
/// result gives the same bytes.
/// </summary>
public static class SimulationPage
{
    /// <summary>By this a page of ours is known when a file of the same name is there already.</summary>
    public const string Mark = "<meta name=\"generator\" content=\"leeway simulate\">";

    /// <summary>The page, UTF-8 when written.</summary>
    public static string Write(SimulationResult result)
    {
        ClassSummary[] rows = [.. result.Summaries()];
        string seeds = result.Seeds.Count == 1 ? $"seed {result.Seeds[0]}" : $"{result.Seeds.Count} seeds";
        Markup figures = Markup.Each(rows.GroupBy(static row => row.Sum.Class), group => AdvicePage.Figure(CostChart.Of(group.Key, [.. group])));
        return Markup.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            {Markup.Trusted(Mark)}
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Leeway simulation: {result.Trace}</title>
            <style>{Markup.Trusted(AdvicePage.Resource("report.css"))}</style>
            </head>
            <body>
            <header>
            <p class="eyebrow">Leeway simulation</p>
            <h1>{Headline(rows)}</h1>
            <p class="lead">{result.Trace}: {PageText.Count(result.Requests)} requests over {PageText.Span(result.Length)}, provider {result.Law}, flex {result.Flex}, {seeds}.</p>
            </header>
            <main>
            <section aria-labelledby="h-cost">
            <h2 id="h-cost">What each policy pays</h2>
            <div class="figures">{figures}</div>
            </section>
            <section aria-labelledby="h-table">
            <h2 id="h-table">Policies side by side</h2>
            <div class="scroll"><table>
            <thead><tr><th scope="col">Deadline</th><th scope="col">Policy</th><th scope="col" class="n">Cost, USD</th><th scope="col" class="n">Of real time</th><th scope="col" class="n">Above clairvoyant</th><th scope="col" class="n">Above any moment</th><th scope="col" class="n">Misses</th><th scope="col" class="n">Rescues</th><th scope="col" class="n">Flex</th><th scope="col" class="n">Batch</th><th scope="col" class="n">Wait P50</th><th scope="col" class="n">P95</th></tr></thead>
            <tbody>{Markup.Each(rows, Row)}</tbody></table></div>
            </section>
            <section aria-labelledby="h-policies">
            <h2 id="h-policies">The policies</h2>
            <ul class="plain">{Markup.Each(result.Policies, static (SimulatedPolicy policy) => Markup.Of($"<li><code>{policy.Name}</code>: {policy.Says}</li>"))}</ul>
            </section>
            <section aria-labelledby="h-assumptions">
            <h2 id="h-assumptions">Assumed, not measured</h2>
            <ul class="plain">{Markup.Each(result.Assumes, static words => Markup.Of($"<li>{words}</li>"))}</ul>
            </section>
            </main>
            <footer>Made by leeway simulate; nothing was sent anywhere. The clairvoyant knows every turnaround beforehand: no policy can do as well, and none pays less than the bound over any moment.</footer>
            </body>
            </html>

            """).ToString().ReplaceLineEndings("\n");
    }

    private static string Headline(ClassSummary[] rows)
    {
        ClassSummary last = rows[^1];
        return $"{last.Policy}: {PageText.Percent(last.Sum.OfList)} of the cost in real time, {PageText.Percent(last.Above.Median)} above the clairvoyant, {PageText.Count(last.Sum.Misses)} of {PageText.Count(last.Sum.Requests)} late";
    }

    private static string Signed(double share) => share < 0 ? "−" + PageText.Percent(-share) : PageText.Percent(share);

    private static Markup Row(ClassSummary row)
    {
        ClassScore sum = row.Sum;
        string spread = row.Above.Min == row.Above.Max ? Signed(row.Above.Median) : $"{Signed(row.Above.Median)} ({Signed(row.Above.Min)} to {Signed(row.Above.Max)})";
        return Markup.Of($"""
            <tr><th scope="row">{sum.Class}</th><td style="white-space:nowrap">{row.Policy}</td><td class="n">{PageText.Usd(sum.Cost)}</td><td class="n">{PageText.Percent(sum.OfList)}</td><td class="n">{spread}</td><td class="n">{Signed(sum.AboveAnyMoment)}</td><td class="n">{PageText.Count(sum.Misses)}</td><td class="n">{PageText.Count(sum.Rescues)}</td><td class="n">{PageText.Count(sum.ByFlex)}</td><td class="n">{PageText.Count(sum.ByBatch)}</td><td class="n">{PageText.Span(TimeSpan.FromSeconds(sum.WaitP50))}</td><td class="n">{PageText.Span(TimeSpan.FromSeconds(sum.WaitP95))}</td></tr>

            """);
    }
}
