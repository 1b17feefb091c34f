using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.Scenarios.Parts;

/// <summary>A sum that is paid per request, hour, day or month.</summary>
public sealed record FixedPart : ScenarioPart
{
    public required string Name { get; init; }

    /// <summary>USD.</summary>
    public required decimal Amount { get; init; }

    public required FixedPeriod Per { get; init; }

    /// <summary>Who says so.</summary>
    public string? Source { get; init; }

    public override string Label => Name;

    private protected override Figure Charge(Billing billing)
    {
        return Per switch
        {
            FixedPeriod.Request => billing.Span.Of(Requests()) * Given(Unit.Request),
            FixedPeriod.Hour => billing.Span.Hours() * Given(Unit.Hour),
            FixedPeriod.Day => billing.Span.Of(Given(Unit.Day)),
            _ => billing.Span.OfMonthly(Given(Unit.Month), billing.Month),
        };

        Figure Given(Unit per) => Figure.Given("price", Amount, Unit.Usd / per, Source);
    }
}

/// <summary>What a fixed sum is paid for.</summary>
public enum FixedPeriod
{
    Request,
    Hour,
    Day,
    Month,
}
