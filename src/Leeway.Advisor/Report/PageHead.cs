using Leeway.Advisor.Advice;
using Leeway.Advisor.Profile;

namespace Leeway.Advisor.Report;

/// <summary>The first screen: the answer, what it is about, the six figures that matter.</summary>
internal static class PageHead
{
    public static Markup Headline(AdviceResult result, ShareRange all)
    {
        SavingsAdvice savings = result.Savings;
        if (savings.TraceUsd.Mid is not { } mid || savings.ShareOfList is not { } share)
        {
            return Markup.Of($"What this traffic could save is unknown: its models have no known batch price");
        }

        if (savings.TraceUsd.High is 0)
        {
            return Markup.Of($"Nothing to save by waiting");
        }

        if (result.Classes.All(advice => !advice.Ruled))
        {
            return Markup.Of($"Waiting could save about {PageText.Percent(share.Mid)} of the list cost, if {PageText.Percent(all.Mid)} of the requests can wait");
        }

        string amount = savings.PerMonthUsd.Mid is { } month ? $"{PageText.UsdShort(month)} a month" : PageText.UsdShort(mid);
        return Markup.Of($"Waiting could save about {amount}, {PageText.Percent(share.Mid)} of the list cost");
    }

    public static Markup Lead(AdviceResult result, string names)
    {
        TraceVolume volume = result.Profile.Volume;
        string when = volume.RelativeTime
            ? $"over {PageText.Span(TimeSpan.FromSeconds(volume.SpanSeconds))}"
            : $"from {PageText.Instant(volume.From)} to {PageText.Instant(volume.Until)} UTC";
        string sure = result.Classes.Any(advice => advice.Ruled)
            ? "The range says how sure that is; the configuration below defers what the trace gives a reason for."
            : "Nothing in the trace tells who waits, so the figures rest on an assumed share and no rule defers anything yet.";
        return Markup.Of($"{names}: {PageText.Count(volume.Requests)} requests {when}. {sure}");
    }

    public static Markup Facts(AdviceResult result, ShareRange all)
    {
        TraceVolume volume = result.Profile.Volume;
        SavingsAdvice savings = result.Savings;
        (string Name, string Value, string Detail)[] facts =
        [
            ("Requests", PageText.Count(volume.Requests), volume.RequestsPerSecond is { } rate ? $"{PageText.Number(rate)} a second" : "all in one instant"),
            ("Tokens", Tokens(volume.InputTokens + volume.OutputTokens), $"{Tokens(volume.InputTokens)} in, {Tokens(volume.OutputTokens)} out"),
            ("Cost at once", PageText.UsdShort(volume.ListCostUsd), "over the trace, at the list price"),
            ("Can wait", PageText.Percent(all.Mid), $"{PageText.Percent(all.Low)} to {PageText.Percent(all.High)} of the requests"),
            ("Saved over the trace", PageText.UsdShort(savings.TraceUsd.Mid), Range(savings.TraceUsd)),
            ("Saved in 30 days", savings.PerMonthUsd.Mid is null ? "–" : PageText.UsdShort(savings.PerMonthUsd.Mid), savings.PerMonthUsd.Mid is null ? "too short a trace, or no price" : Range(savings.PerMonthUsd)),
        ];
        return Markup.Each(facts, fact => Markup.Of($"<div><dt>{fact.Name}</dt><dd>{fact.Value}<small>{fact.Detail}</small></dd></div>"));
    }

    private static string Range(MoneyRange range) => range.Mid is null ? "no price is known" : $"{PageText.UsdShort(range.Low)} to {PageText.UsdShort(range.High)}";

    private static string Tokens(long tokens) => tokens switch
    {
        >= 1_000_000_000 => PageText.Number(Math.Round(tokens / 1e9, 2)) + "\u202Fbn",
        >= 1_000_000 => PageText.Number(Math.Round(tokens / 1e6, 1)) + "\u202FM",
        _ => PageText.Count(tokens),
    };
}
