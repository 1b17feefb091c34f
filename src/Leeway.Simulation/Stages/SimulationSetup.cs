using Leeway.Planning;
using Leeway.Simulation.Vendors;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Simulation.Stages;

/// <summary>What a simulation is made of.</summary>
/// <param name="Config">As the gateway would read it; taken as valid.</param>
/// <param name="Prices">The price list.</param>
/// <param name="Vendor">The laws of every provider in <paramref name="Config"/>.</param>
public sealed record SimulationSetup(LeewayConfig Config, IPriceCatalog Prices, ISimulatedVendor Vendor)
{
    /// <summary>Makes the lane policy in place of the production planner, from the stages; null: the production planner.</summary>
    public Func<IServiceProvider, ILanePolicy>? Policy { get; init; }

    /// <summary>Replaces further services of the path, after all others were added; null: none.</summary>
    public Action<IServiceCollection>? Replace { get; init; }

    /// <summary>Seeds the path's own randomness (ids, jitter); the vendor's laws have seeds of their own.</summary>
    public int Seed { get; init; }

    /// <summary>When the clock starts, UTC; arrivals come later.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The zone that the path's clock calls local; null: UTC.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>Hears what happens; null: only the totals are kept.</summary>
    public ISimulationObserver? Observer { get; init; }
}
