using System.Globalization;
using Leeway.Economics.BreakEvens;
using Leeway.Economics.Compute;
using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.Scenarios.Parts;

/// <summary>Work on servers that may be taken away: cheaper hours, but more of them, because what was done since the last checkpoint is done again.</summary>
public sealed record SpotPart : ScenarioPart
{
    public required ComputeInstance Instance { get; init; }

    /// <summary>The share that an hour costs less than on demand.</summary>
    public required Between SpotDiscount { get; init; }

    public int Count { get; init; } = 1;

    /// <summary>Hours of undisturbed work a day, of each instance.</summary>
    public required decimal WorkHoursPerDay { get; init; }

    public required SpotInterruptions Interruptions { get; init; }

    public override string Label => string.Create(CultureInfo.InvariantCulture, $"{(Count == 1 ? "" : $"{Count} × ")}{Instance.Name} spot for {WorkHoursPerDay:0.##} h of work a day, {Interruptions.PerHour:0.###} interruptions an hour, a checkpoint every {Interruptions.CheckpointEveryHours * 60:0.#} min");

    public override IEnumerable<string> Notes()
    {
        if (WorkHoursPerDay * Interruptions.Stretch > 24)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{Label}: with interruptions the work takes {WorkHoursPerDay * Interruptions.Stretch:0.#} h a day; more instances are needed");
        }
    }

    private protected override Figure Charge(Billing billing)
    {
        Figure stretch = Figure.Formula(
            "hours per hour of work",
            Interruptions.Stretch,
            Unit.None,
            SpotInterruptions.Formula,
            Figure.Given("λ", Interruptions.PerHour, Unit.None / Unit.Hour),
            Figure.Given("τ", Interruptions.CheckpointEveryHours, Unit.Hour),
            Figure.Given("c", Interruptions.CheckpointHours, Unit.Hour),
            Figure.Given("r", Interruptions.RestartHours, Unit.Hour));
        Figure price = Figure.Given("price on demand", Instance.PerHour, Unit.Usd / (Unit.Instance * Unit.Hour), Instance.Origin)
            * Remaining(billing.Discount(SpotDiscount), "spot discount", Instance.SpotDiscount == SpotDiscount ? Instance.Origin : null);
        return Figure.Given("instances", Count, Unit.Instance) * billing.Span.Of(Figure.Given("hours of work", WorkHoursPerDay, Unit.Hour / Unit.Day)) * stretch * price;
    }
}
