using Leeway.Advisor.Profile;

namespace Leeway.Advisor.Advice;

/// <summary>From a profile to advice. Pure: the same profile gives the same advice.</summary>
public static class Adviser
{
    /// <summary>Recommends priorities, seals and hours, and says what they would save.</summary>
    public static AdviceResult Advise(TraceSource source, TraceProfile profile, AdviceOptions options)
    {
        var assumptions = new AdviceAssumptions { PricesAt = options.PricesAt };
        if (options.Deferrable is { } share)
        {
            assumptions = assumptions with { WithoutEvidence = share };
        }

        ClassAdvice[] classes =
        [
            .. profile.Classes.Select(group => Advise(group, assumptions)).OrderByDescending(advice => advice.SavingsUsd.Mid ?? 0).ThenByDescending(advice => advice.Requests),
        ];
        SealAdvice seals = SealAdviser.Advise(profile, classes);
        return new AdviceResult
        {
            Source = source,
            Profile = profile,
            Assumptions = assumptions,
            Classes = classes,
            Savings = Sum(profile, classes),
            Seals = seals,
            Risks = RiskFinder.Find(source, profile, classes, assumptions),
            Configuration = ConfigurationText.Of(profile, classes, seals),
        };
    }

    private static ClassAdvice Advise(ClassProfile group, AdviceAssumptions assumptions)
    {
        IReadOnlyList<DeferralSign> signs = DeferralEvidence.Of(group);
        DeferralSign sign = signs.Count > 0
            ? signs[0]
            : new DeferralSign(Priority.Urgent, TimeSpan.FromHours(24), assumptions.WithoutEvidence, "nothing in the trace tells whether somebody waits: the share is an assumption, not a finding");
        List<string> evidence = [sign.Words, .. signs.Skip(1).Select(other => "also: " + other.Words)];
        if (group.AlreadyDeferred > 0)
        {
            evidence.Add(FormattableString.Invariant($"{group.AlreadyDeferred} of {group.Requests} travel deferred already; only the rest counts"));
        }

        TimeSpan time = sign.Deadline - assumptions.RescueMargin;
        var back = new ShareRange(assumptions.SlowTurnaround.Within(time), assumptions.Turnaround.Within(time), 1);
        return new ClassAdvice
        {
            Kind = group.Kind,
            Name = group.Name,
            Requests = group.Requests,
            ListCostUsd = group.ListCostUsd,
            Priority = sign.Priority,
            Deadline = sign.Deadline,
            Deferrable = sign.Share,
            BackInTime = back,
            SavingsUsd = SavingsOf(group, sign.Share, back),
            Evidence = evidence,
            HasSign = signs.Count > 0,
            Ruled = sign.Priority != Priority.Urgent && group.Kind is (ClassKind.Sender or ClassKind.Route or ClassKind.Model),
        };
    }

    /// <summary>
    /// A request that waits pays the batch price when its batch is back in time. Else it is rescued at the list price: usually the batch is
    /// cancelled unpaid, on bad days it is billed beside the rescue. What would not pay is not submitted, so the low end is never below zero.
    /// </summary>
    private static MoneyRange SavingsOf(ClassProfile group, ShareRange share, ShareRange back)
    {
        if (group.OpenListCostUsd is not { } list || group.OpenBatchCostUsd is not { } batch)
        {
            return new MoneyRange(null, null, null);
        }

        decimal billedTwice = list - (batch + ((1 - (decimal)back.Low) * list));
        return new MoneyRange(
            (decimal)share.Low * Math.Max(0, billedTwice),
            (decimal)share.Mid * (decimal)back.Mid * (list - batch),
            (decimal)share.High * (decimal)back.High * (list - batch));
    }

    private static SavingsAdvice Sum(TraceProfile profile, ClassAdvice[] classes)
    {
        ClassAdvice[] priced = [.. classes.Where(advice => advice.SavingsUsd.Mid is not null)];
        if (priced.Length == 0)
        {
            return new SavingsAdvice(new MoneyRange(null, null, null), new MoneyRange(null, null, null), null);
        }

        decimal low = priced.Sum(advice => advice.SavingsUsd.Low!.Value);
        decimal mid = priced.Sum(advice => advice.SavingsUsd.Mid!.Value);
        decimal high = priced.Sum(advice => advice.SavingsUsd.High!.Value);
        double span = profile.Volume.SpanSeconds;
        decimal? months = span >= 3600 ? (decimal)(AdviceAssumptions.DaysPerMonth * 86400 / span) : null;
        decimal? list = profile.Volume.ListCostUsd;
        return new SavingsAdvice(
            new MoneyRange(low, mid, high),
            new MoneyRange(low * months, mid * months, high * months),
            list > 0 ? new ShareRange((double)(low / list.Value), (double)(mid / list.Value), (double)(high / list.Value)) : null);
    }
}
