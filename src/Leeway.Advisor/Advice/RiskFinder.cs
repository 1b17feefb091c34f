using System.Globalization;
using Leeway.Advisor.Profile;

namespace Leeway.Advisor.Advice;

/// <summary>What may go wrong with the advice, or with the figures beneath it.</summary>
internal static class RiskFinder
{
    // The article's bound: below it a batch is hardly ever worth its overhead.
    private const int FewestPerDay = 100;
    private const double MuchUnpriced = 0.01;
    private const double Bursty = 1.5;

    public static IReadOnlyList<AdviceRisk> Find(TraceSource source, TraceProfile profile, IReadOnlyList<ClassAdvice> classes, AdviceAssumptions assumptions)
    {
        var risks = new List<AdviceRisk>();
        void Add(FormattableString risk, string remedy) => risks.Add(new AdviceRisk(risk.ToString(CultureInfo.InvariantCulture), remedy));

        TraceVolume volume = profile.Volume;
        if (classes.All(advice => !advice.Ruled))
        {
            bool told = classes.Any(advice => advice.Kind == ClassKind.Sender);
            Add($"{(told ? "No sender shows that nobody waits for it" : "The trace does not tell who sends and who waits")}, so nothing is deferred by rule; the savings are what {Percent(assumptions.WithoutEvidence.Mid)} of the traffic would bring.",
                told ? "Ask the senders with the most tokens, or let them say Leeway-Priority themselves." : "Name the column of keys or users with --map sender=…, or let callers say Leeway-Priority themselves.");
        }

        if (volume.UnpricedTokenShare >= MuchUnpriced)
        {
            Add($"{Percent(volume.UnpricedShare)} of the requests and {Percent(volume.UnpricedTokenShare)} of the tokens are of models without a known price; they are in no amount.",
                "Give --model where the trace has none, or add prices: leeway prices import.");
        }

        string[] noBatch = [.. profile.Models.Where(model => model.ListCostUsd is not null && model.BatchCostUsd is null).Select(model => model.Model!)];
        if (noBatch.Length > 0)
        {
            Add($"No batch price is known of {string.Join(", ", noBatch.Take(5))}: their savings are unknown and count for nothing.", "Add the price, or route such work to a model with batches.");
        }

        double perDay = volume.SpanSeconds > 0 ? classes.Sum(advice => advice.Requests * advice.Deferrable.Mid) / volume.SpanSeconds * 86400 : volume.Requests;
        if (perDay < FewestPerDay)
        {
            Add($"Only {perDay:0} requests a day can wait: below {FewestPerDay} a batch is hardly worth its overhead.", "Use the flex tier for them, or leave them as they are.");
        }

        if (volume.SpanSeconds < 86400)
        {
            Add($"The trace covers {volume.SpanSeconds / 3600:0.0} hours: days and weeks may look different, and so may the month's figures.", "Read a trace of a week or more.");
        }

        if (profile.Arrivals is { GapCv: > Bursty, Dispersion: [.., { Index: > 10 } spread] })
        {
            Add($"Traffic comes in bursts (variance over mean of {spread.Index:0} in windows of {spread.WindowSeconds:0} s): a rescue meets the real-time limits when all else does.",
                "Keep the deployments' rpm and tpm in the configuration, so that rescues start early enough.");
        }

        Add($"On bad days {Percent(1 - assumptions.SlowTurnaround.Within(TimeSpan.FromMinutes(55)))} of the batches are not back within an hour; the rest is rescued at the list price and may be billed twice.",
            "Prefer low (a day) over standard (an hour) where nobody looks at the result the same hour; the ledger shows every double bill.");

        if (profile.Arrivals is { Silences.Count: > 0 } silent)
        {
            Silence longest = silent.Silences[0];
            Add($"Nothing was recorded for {(longest.Until - longest.From).TotalMinutes:0} minutes from {longest.From.UtcDateTime:yyyy-MM-dd HH:mm} UTC: rates are over the whole span and may be too low.",
                "Check that the recording was not interrupted.");
        }

        long setAside = source.SetAside.Sum(rows => rows.Rows);
        if (setAside * 100 > source.Rows)
        {
            Add($"{setAside} of {source.Rows} rows could not be used.", "See the reasons under the source.");
        }

        return risks;
    }

    private static string Percent(double share) => (share * 100).ToString(share is > 0 and < 0.1 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %";
}
