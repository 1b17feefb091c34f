using Leeway.Economics.Compute;
using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.Scenarios.Parts;

/// <summary>Something that an option pays for.</summary>
public abstract record ScenarioPart
{
    /// <summary>The requests it answers; null when it answers none by itself.</summary>
    public Workload? Serves { get; init; }

    /// <summary>The share of them, from 0 to 1.</summary>
    public decimal Share { get; init; } = 1;

    /// <summary>How long an answer takes this way at worst.</summary>
    public TimeSpan Turnaround { get; init; }

    /// <summary>A share off the price, on top of what the price itself says; null: none.</summary>
    public Between? Discount { get; init; }

    /// <summary>What it is, for explanations and reports.</summary>
    public abstract string Label { get; }

    /// <summary>What it costs, in USD per span. Unknown when a price is.</summary>
    public Figure Cost(Billing billing)
    {
        Figure cost = Charge(billing);
        return (Discount is { } share ? cost * Remaining(billing.Discount(share), "discount", null) : cost).Named(Label);
    }

    /// <summary>What is wrong or doubtful about it.</summary>
    public virtual IEnumerable<string> Notes() => [];

    private protected abstract Figure Charge(Billing billing);

    /// <summary>What is left after a discount.</summary>
    private protected static Figure Remaining(decimal discount, string name, string? source) =>
        Figure.Constant(1, Unit.None) - Figure.Given(name, discount, Unit.None, source);

    /// <summary>The requests it answers in a day.</summary>
    private protected Figure Requests()
    {
        Workload workload = Serves ?? throw new InvalidOperationException($"{Label} answers no workload.");
        Figure all = Figure.Given($"{workload.Name}", workload.RequestsPerDay, Unit.Request / Unit.Day);
        return Share == 1 ? all : all * Figure.Given("share", Share, Unit.None);
    }
}
