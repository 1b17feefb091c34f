using Leeway.Execution;
using Leeway.Ledger.Budgets;
using Microsoft.Extensions.Logging;

namespace Leeway.Hosting;

/// <summary>Exchanges with the other nodes what has been used of allowances, every second, and gives back what is left of them at the end.</summary>
public sealed class AllowanceLoop(RescueBudget rescues, BudgetBook budgets, IAllowanceStore store, TimeProvider clock, ILogger<AllowanceLoop> logger)
    : PathLoop("allowance", TimeSpan.FromSeconds(1), clock, logger)
{
    private bool _isLast;

    /// <inheritdoc/>
    protected override bool IsPatient => false;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        _isLast = true;
        await LastRoundAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        await rescues.ExchangeAsync(store, cancellationToken);
        await budgets.SettleAsync(store, _isLast, cancellationToken);
        return null;
    }
}
