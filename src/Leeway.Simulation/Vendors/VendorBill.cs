using Leeway.Economics;

namespace Leeway.Simulation.Vendors;

/// <summary>
/// What the provider charges, kept apart from the ledger: every row that ran and every call that was answered, whatever became of it on our side.
/// The two must agree to the cent.
/// </summary>
public sealed class VendorBill
{
    private readonly SortedDictionary<(string Deployment, Lane Lane), VendorCharge> _charges = [];
    private readonly IPriceCatalog _prices;

    internal VendorBill(IPriceCatalog prices) => _prices = prices;

    /// <summary>By deployment and lane, in that order.</summary>
    public IReadOnlyDictionary<(string Deployment, Lane Lane), VendorCharge> Charges => _charges;

    /// <summary>USD in all; calls without a price are left out.</summary>
    public decimal Cost => _charges.Values.Sum(charge => charge.Cost);

    internal void Add(Deployment deployment, Lane lane, in TokenUsage usage, DateTimeOffset at)
    {
        decimal? cost = CostArithmetic.CostOf(_prices.PriceOf(deployment, at)?.For(lane), usage);
        VendorCharge charge = _charges.GetValueOrDefault((deployment.Id, lane));
        _charges[(deployment.Id, lane)] = new VendorCharge(charge.Calls + 1, charge.Usage + usage, charge.Cost + (cost ?? 0));
    }
}

/// <summary>What one lane of one deployment came to.</summary>
/// <param name="Calls">Calls answered or rows run.</param>
/// <param name="Usage">Their tokens.</param>
/// <param name="Cost">USD.</param>
public readonly record struct VendorCharge(long Calls, TokenUsage Usage, decimal Cost);
