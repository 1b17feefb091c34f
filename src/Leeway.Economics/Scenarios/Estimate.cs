using Leeway.Economics.Scenarios.Figures;
using Leeway.Economics.Scenarios.Parts;

namespace Leeway.Economics.Scenarios;

/// <summary>A scenario's options side by side, and printed figures beside those that follow.</summary>
public sealed record Estimate
{
    public required Scenario Scenario { get; init; }

    /// <summary>In the scenario's order.</summary>
    public required IReadOnlyList<OptionEstimate> Options { get; init; }

    public required IReadOnlyList<ClaimCheck> Claims { get; init; }

    /// <summary>
    /// The option that costs least at its dearest among those that are priced and answer every workload in time; null when there is none, and
    /// where no workload says what is to be done.
    /// </summary>
    public OptionEstimate? Cheapest => Scenario.Workloads.Count == 0 ? null : Options
        .Where(option => option.Late.Count == 0 && option.LeavesOut.Count == 0 && option.Day.High.Value is not null)
        .MinBy(option => option.Of(Scenario.Month.Of()).High.Value);

    public static Estimate Of(Scenario scenario)
    {
        OptionEstimate[] options = [.. scenario.Options.Select(option => OfOption(scenario, option))];
        CostSpan month = scenario.Month.Of();
        options = [.. options.Select((option, i) => i == 0 || option.LeavesOut.Count + options[0].LeavesOut.Count > 0 ? option : option with { Saving = Saving(options[0].Of(month), option.Of(month)) })];
        return new Estimate { Scenario = scenario, Options = options, Claims = [.. scenario.Claims.Select(claim => Check(claim, options))] };
    }

    private static OptionEstimate OfOption(Scenario scenario, ScenarioOption option)
    {
        CostRange In(CostSpan span) => new(
            option.Cost(new Billing(span, Bound.Cheapest, scenario.Month)), option.Cost(new Billing(span, Bound.Dearest, scenario.Month)));
        return new OptionEstimate
        {
            Option = option,
            Day = In(CostSpan.Day),
            Month30Days = In(CostSpan.Month30Days),
            Month730Hours = In(CostSpan.Month730Hours),
            LeavesOut = [.. scenario.Workloads.Where(workload => option.Parts.All(part => part is FixedPart || part.Serves != workload)).Select(workload => workload.Name)],
            Notes = [.. option.Parts.SelectMany(part => part.Notes()).Distinct()],
        };
    }

    private static (decimal Least, decimal Most)? Saving(CostRange first, CostRange option)
    {
        if (first.Low.Value is not > 0 || option.Low.Value is not { } low || option.High.Value is not { } high)
        {
            return null;
        }

        // The same doubt, such as a discount, may be in both: least with dearest would compare what cannot happen together.
        decimal atDearest = 1 - (high / first.High.Value!.Value);
        decimal atCheapest = 1 - (low / first.Low.Value.Value);
        return (Math.Min(atDearest, atCheapest), Math.Max(atDearest, atCheapest));
    }

    private static ClaimCheck Check(Claim claim, IReadOnlyList<OptionEstimate> options)
    {
        Figure cost = Find(claim.Option).Of(claim.Span, claim.Bound);
        decimal? follows = claim.Against is null
            ? cost.Value
            : Difference(Find(claim.Against).Of(claim.AgainstSpan ?? claim.Span, claim.Bound).Value, cost.Value, claim.IsShare);
        return new ClaimCheck(claim, follows, follows is { } exact ? ClaimCheck.Rounds(exact, claim.Printed, claim.IsShare) : null);

        OptionEstimate Find(string name) => options.FirstOrDefault(option => option.Option.Name == name)
            ?? throw new ArgumentException($"The scenario has no option '{name}'.", nameof(claim));
    }

    private static decimal? Difference(decimal? against, decimal? cost, bool asShare) =>
        asShare ? against is null or 0 ? null : (against - cost) / against * 100 : against - cost;
}
