using Leeway.Economics.Compute;

namespace Leeway.Economics.Scenarios;

/// <summary>What a cost is asked for.</summary>
/// <param name="Span">The time.</param>
/// <param name="Bound">Which end of what is only known within bounds.</param>
/// <param name="Month">How long a month is, for what is charged by the month.</param>
public readonly record struct Billing(CostSpan Span, Bound Bound, MonthLength Month)
{
    internal decimal Discount(Between share) => Bound == Bound.Cheapest ? share.To : share.From;

    internal decimal Delay(Between seconds) => Bound == Bound.Cheapest ? seconds.From : seconds.To;
}
