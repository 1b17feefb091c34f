using Leeway.Execution;
using Microsoft.Extensions.Logging;

namespace Leeway.Hosting;

/// <summary>Exchanges with the other nodes what has been used of allowances, every second.</summary>
public sealed class AllowanceLoop(RescueBudget budget, IAllowanceStore store, TimeProvider clock, ILogger<AllowanceLoop> logger)
    : PathLoop("allowance", TimeSpan.FromSeconds(1), clock, logger)
{
    /// <inheritdoc/>
    protected override bool IsPatient => false;

    /// <inheritdoc/>
    protected override async Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        await budget.ExchangeAsync(store, cancellationToken);
        return null;
    }
}
