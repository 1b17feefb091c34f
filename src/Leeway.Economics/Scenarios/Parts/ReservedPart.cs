using System.Globalization;
using Leeway.Economics.Compute;
using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.Scenarios.Parts;

/// <summary>Servers reserved around the clock, and others on demand for the hours that need more.</summary>
public sealed record ReservedPart : ScenarioPart
{
    public required ComputeInstance Instance { get; init; }

    public required int Reserved { get; init; }

    /// <summary>The share that a reserved hour costs less.</summary>
    public required Between ReservedDiscount { get; init; }

    /// <summary>Instances needed in each of the 24 hours of a day.</summary>
    public required IReadOnlyList<decimal> Demand { get; init; }

    public override string Label => string.Create(CultureInfo.InvariantCulture, $"{Reserved} × {Instance.Name} reserved, more on demand");

    /// <summary>Instance-hours a day beyond the reservation.</summary>
    public decimal BurstHours => Demand.Sum(needed => Math.Max(0, needed - Reserved));

    private protected override Figure Charge(Billing billing)
    {
        Figure price = Figure.Given("price on demand", Instance.PerHour, Unit.Usd / (Unit.Instance * Unit.Hour), Instance.Origin);
        Figure reserved = (Figure.Given("reserved instances", Reserved, Unit.Instance) * billing.Span.Hours() * price
            * Remaining(billing.Discount(ReservedDiscount), "reservation discount", Instance.ReservedDiscount == ReservedDiscount ? Instance.Origin : null)).Named("reserved");
        Figure burst = Figure.Given("instance-hours beyond the reservation", BurstHours, Unit.Instance * Unit.Hour / Unit.Day);
        return reserved + (billing.Span.Of(burst) * price).Named("on demand");
    }
}
