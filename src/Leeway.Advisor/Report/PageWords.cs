using System.Text;
using Leeway.Advisor.Advice;

namespace Leeway.Advisor.Report;

/// <summary>What is said in words: the configuration, the risks, what the figures rest on.</summary>
internal static class PageWords
{
    /// <summary>To read, to mark with one click, to save: all without a script.</summary>
    public static Markup Configuration(string yaml, SealAdvice seals)
    {
        string data = Convert.ToBase64String(Encoding.UTF8.GetBytes(yaml));
        return Markup.Of($"""
            <p>Put this into your <code>leeway.yaml</code>, or save it and add your providers and models.</p>
            <pre tabindex="0"><code>{yaml.TrimEnd()}</code></pre>
            <p><a class="save" download="leeway.yaml" href="data:application/yaml;base64,{data}">Save leeway.yaml</a></p>
            <p class="note">Why these sizes and hours:</p>
            <ul class="plain">{Markup.Each(seals.Why, why => Markup.Of($"<li>{why}</li>"))}</ul>
            """);
    }

    public static Markup Risks(IReadOnlyList<AdviceRisk> risks) => Markup.Of(
        $"<ol class=\"plain\">{Markup.Each(risks, risk => Markup.Of($"<li>{risk.Risk}<span>{risk.Remedy}</span></li>"))}</ol>");

    public static Markup Assumptions(AdviceResult result)
    {
        AdviceAssumptions assumed = result.Assumptions;
        TurnaroundLaw law = assumed.Turnaround;
        ShareRange blind = assumed.WithoutEvidence;
        string[] said =
        [
            $"Where nothing in the trace tells whether somebody waits, {PageText.Percent(blind.Low)}, {PageText.Percent(blind.Mid)} and {PageText.Percent(blind.High)} of the requests are taken to be able to wait (low, middle, high). Such a class gets no rule.",
            $"A batch takes about {PageText.Span(law.Fast.Median)} in {PageText.Percent(law.Fast.Weight)} of the cases and about {PageText.Span(law.Slow.Median)} in {PageText.Percent(law.Slow.Weight)}; {PageText.Percent(law.Tail)} take {PageText.Span(law.TailFrom)} to {PageText.Span(law.TailUntil)}, the rest never come back. This is assumed from what users of providers report, not measured; replace it by your own batches once you have some.",
            $"On bad days batches take {PageText.Number(assumed.SlowTurnaround.Fast.Median / law.Fast.Median)} times as long. The low ends of all ranges are reckoned with that, and with every late batch billed beside its rescue.",
            $"{PageText.Span(assumed.RescueMargin)} before a deadline are kept free for the rescue: what is not back by then is sent in real time at the list price.",
            $"Prices are the catalogue's as of {PageText.Instant(assumed.PricesAt)} UTC. A model without a known price, or without a batch price, is in no amount.",
            $"A month has {PageText.Count(AdviceAssumptions.DaysPerMonth)} days like those of the trace.",
        ];
        return Markup.Of($"<ul class=\"plain\">{Markup.Each(said, words => Markup.Of($"<li>{words}</li>"))}</ul>");
    }
}
