using System.Globalization;
using Leeway.Economics.Compute;
using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.Scenarios.Parts;

/// <summary>Servers that run at fixed hours, busy or idle: around the clock, or some hours a day, which may be off-peak.</summary>
public sealed record EndpointPart : ScenarioPart
{
    public required ComputeInstance Instance { get; init; }

    public int Count { get; init; } = 1;

    /// <summary>From 0 to 24.</summary>
    public decimal HoursPerDay { get; init; } = 24;

    /// <summary>The hours within cost less; hours beyond its length cost the full price. Null: every hour costs the same.</summary>
    public OffPeakWindow? Window { get; init; }

    /// <summary>Requests that one instance answers in an hour; null when nobody said.</summary>
    public decimal? RequestsPerHour { get; init; }

    public override string Label => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Count == 1 ? "" : $"{Count} × ")}{Instance.Name}{(HoursPerDay == 24 ? " around the clock" : $" for {HoursPerDay:0.##} h a day")}{(Window is null ? "" : $", {Window.Name} window")}");

    /// <summary>The share of its capacity that is used; null without a workload, or where nobody said the capacity.</summary>
    public decimal? Utilisation => Serves is { } workload && RequestsPerHour * Count * HoursPerDay is > 0 and var capacity
        ? workload.RequestsPerDay * Share / capacity
        : null;

    public override IEnumerable<string> Notes()
    {
        if (RequestsPerHour * Count * HoursPerDay is 0 && Serves?.RequestsPerDay * Share > 0)
        {
            yield return $"{Label}: it has no capacity and cannot serve them";
        }

        if (Utilisation is { } used)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{Label}: {used * 100:0.#} % of its capacity is used{(used > 1 ? "; it cannot serve them all" : "")}");
        }

        if (Window is not null && HoursPerDay > Window.Hours)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{HoursPerDay - Window.Hours:0.##} of {HoursPerDay:0.##} hours a day do not fit into the {Window.Name} window of {Window.Hours:0.##} h and cost the full price");
        }
    }

    private protected override Figure Charge(Billing billing)
    {
        Figure price = Figure.Given("price", Instance.PerHour, Unit.Usd / (Unit.Instance * Unit.Hour), Instance.Origin);
        Figure count = Figure.Given("instances", Count, Unit.Instance);
        if (HoursPerDay == 24 && Window is null)
        {
            return count * billing.Span.Hours() * price;
        }

        Figure hours = Figure.Given("hours", HoursPerDay, Unit.Hour / Unit.Day);
        if (Window is null)
        {
            return count * billing.Span.Of(hours) * price;
        }

        Figure cheap = Figure.Smaller(hours, Figure.Given("window", Window.Hours, Unit.Hour / Unit.Day, Window.Origin)).Named("hours within the window");
        Figure within = (count * billing.Span.Of(cheap) * price * Remaining(billing.Discount(Window.Discount), "off-peak discount", Window.Origin)).Named("within the window");
        Figure beyond = (count * billing.Span.Of(hours - cheap) * price).Named("beyond the window");
        return within + beyond;
    }
}
