using Leeway.Advisor.Profile;

namespace Leeway.Advisor.Report;

/// <summary>What else the trace tells, a sentence each.</summary>
internal static class PageFacts
{
    public static IEnumerable<(string Name, string Words)> Of(TraceProfile profile)
    {
        if (profile.Arrivals is { } arrivals)
        {
            yield return ("Gaps", $"{PageText.Number(arrivals.MeanGapSeconds)} s on average; coefficient of variation {PageText.Number(Math.Round(arrivals.GapCv, 3))} (1 is chance, more is bursts)");
            if (arrivals.Dispersion.Count > 0)
            {
                yield return ("Index of dispersion", string.Join("; ", arrivals.Dispersion.Select(window => $"{PageText.Number(Math.Round(window.Index, 1))} in windows of {PageText.Span(TimeSpan.FromSeconds(window.WindowSeconds))}")) + " (1 is chance)");
            }

            if (arrivals.ClockTickSeconds is { } tick)
            {
                yield return ("Clock", $"ticks every {PageText.Number(tick)} s; requests were spread over the tick before gaps and dispersion were reckoned");
            }

            if (arrivals.Backwards > 0)
            {
                yield return ("Order", $"{PageText.Count(arrivals.Backwards)} rows lie before the row above them; they were sorted");
            }

            if (arrivals.Silences.Count > 0)
            {
                Silence longest = arrivals.Silences[0];
                yield return ("Longest silence", $"{PageText.Span(longest.Until - longest.From)} from {PageText.Instant(longest.From)} UTC");
            }
        }

        yield return ("Repeated rows", profile.Duplicates.Rows is { } rows ? $"{PageText.Count(rows)}, told by {profile.Duplicates.By}" : "not told by the trace");
        yield return ("Repeated prompts", profile.Duplicates.Prompts is { } prompts ? PageText.Count(prompts) : "not told by the trace");
        yield return ("Prefix reuse", profile.Reuse is { } reuse
            ? $"{PageText.Number(Math.Round(reuse.Share * 100, 1))}\u202F% of the input is in blocks of {PageText.Count(reuse.BlockTokens)} tokens that came before: the most a prefix cache can serve"
            : "not told by the trace");
        if (profile.Contention is { } contention)
        {
            yield return ("Who waits for whom", $"in the busiest {PageText.Count(contention.BusyMinutes)} minutes {PageText.Percent(contention.ClassShare)} of the tokens are of {contention.Class}"
                + (contention is { OthersP95BusySeconds: { } busy, OthersP95QuietSeconds: { } quiet } ? $"; the P95 of everybody else is {PageText.Number(busy)} s then and {PageText.Number(quiet)} s otherwise" : ""));
        }

        if (profile.Volume.UnpricedTokenShare > 0)
        {
            yield return ("Without a price", $"{PageText.Percent(profile.Volume.UnpricedShare)} of the requests, {PageText.Percent(profile.Volume.UnpricedTokenShare)} of the tokens");
        }
    }
}
