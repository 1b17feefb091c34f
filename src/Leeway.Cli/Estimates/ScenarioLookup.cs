using Leeway.Economics;
using Leeway.Economics.Compute;

namespace Leeway.Cli.Estimates;

/// <summary>The prices that a scenario's names are looked up in.</summary>
/// <param name="Prices">Of models.</param>
/// <param name="Compute">Of servers.</param>
/// <param name="At">Decides which of the dated prices holds.</param>
internal sealed record ScenarioLookup(PriceCatalog Prices, ComputeCatalog Compute, DateTimeOffset At)
{
    public ModelPrice? Find(string model) => Prices.Find(model, model.LastIndexOf('/') + 1, At);
}
