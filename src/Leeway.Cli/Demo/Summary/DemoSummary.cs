using Leeway.Cli.Demo.Watching;

namespace Leeway.Cli.Demo.Summary;

/// <summary>How a whole run ended. Waits are seconds on the demo's clock.</summary>
internal sealed record DemoSummary
{
    public required DemoOptions Options { get; init; }

    /// <summary>From the end of the traffic to the last end, in hours on the demo's clock.</summary>
    public required double DrainHours { get; init; }

    /// <summary>Requests the gateway took.</summary>
    public required long Accepted { get; init; }

    /// <summary>Requests it did not take.</summary>
    public required long Refused { get; init; }

    public required long Succeeded { get; init; }

    public required long Failed { get; init; }

    public required long Expired { get; init; }

    public required long Cancelled { get; init; }

    /// <summary>Answers that came by a batch, as a share of all answers.</summary>
    public required double BatchShare { get; init; }

    /// <summary>Deferred requests with a result by their deadline, as a share of all that were not cancelled; null of none.</summary>
    public required double? DeadlineHitRate { get; init; }

    public required int Batches { get; init; }

    /// <summary>The gateway's ledger.</summary>
    public required CostLine Total { get; init; }

    /// <summary>What the simulated provider charged, by its own count.</summary>
    public required decimal SandboxBill { get; init; }

    public required IReadOnlyList<LaneSummary> Lanes { get; init; }

    public required IReadOnlyList<PrioritySummary> Priorities { get; init; }

    /// <summary>Whether every request ended and the ledger is the provider's bill.</summary>
    public bool Balances => Accepted == Succeeded + Failed + Expired + Cancelled && Total.Spent == SandboxBill && Total.Unpriced == 0;
}

/// <summary>Answers and money of a lane.</summary>
internal sealed record LaneSummary(string Name, long Succeeded, CostLine Cost);

/// <summary>Requests, waits and money of a priority.</summary>
internal sealed record PrioritySummary(string Name, long Accepted, double? P50, double? P95, CostLine Cost);
