using Leeway.Cli.Demo.Traffic;
using Leeway.Cli.Demo.Watching;
using Leeway.Sandbox.Ledger;

namespace Leeway.Cli.Demo.Summary;

/// <summary>Counts a run that has ended: urgent requests by what their callers saw, deferred ones by what the gateway lists.</summary>
internal sealed class SummaryReader(DemoWorld world, GatewayReader gateway, Tally tally)
{
    public async Task<DemoSummary> ReadAsync(DemoOptions options, double drainHours, CancellationToken cancellationToken)
    {
        HashSet<string> ours = [.. tally.Deferred];
        List<RequestLine> deferred = [.. (await gateway.AllRequestsAsync("", cancellationToken)).Where(request => ours.Contains(request.Id))];
        IReadOnlyList<CostLine> lanes = await gateway.CostAsync("lane", cancellationToken);
        IReadOnlyList<CostLine> priorities = await gateway.CostAsync("priority", cancellationToken);
        SandboxLedgerSnapshot bill = await world.Sandbox.ReadLedgerAsync(withEntries: false, cancellationToken);
        long succeeded = tally.UrgentSucceeded + Count(deferred, "succeeded");
        int byBatch = deferred.Count(request => request is { State: "succeeded", Lane: "batch" });
        int notCancelled = deferred.Count - Count(deferred, "cancelled");
        return new DemoSummary
        {
            Options = options,
            DrainHours = drainHours,
            Accepted = tally.Accepted,
            Refused = tally.Refused,
            Succeeded = succeeded,
            Failed = tally.UrgentFailed + Count(deferred, "failed"),
            Expired = Count(deferred, "expired"),
            Cancelled = Count(deferred, "cancelled"),
            BatchShare = succeeded == 0 ? 0 : (double)byBatch / succeeded,
            DeadlineHitRate = notCancelled == 0 ? null : (double)deferred.Count(request => request.State != "cancelled" && request.DeadlineMet) / notCancelled,
            Batches = bill.Batches.Count,
            Total = await gateway.CostAsync("total", cancellationToken) is [{ } total, ..] ? total : CostLine.Nothing,
            SandboxBill = bill.BilledUsd,
            Lanes = [.. lanes.Select(cost => new LaneSummary(
                cost.Name, (cost.Name == "realtime" ? tally.UrgentSucceeded : 0) + deferred.Count(request => request.State == "succeeded" && request.Lane == cost.Name), cost))],
            Priorities = [Urgent(priorities), Deferred("standard", deferred, priorities), Deferred("low", deferred, priorities)],
        };
    }

    private PrioritySummary Urgent(IReadOnlyList<CostLine> costs)
    {
        double[] waits = tally.UrgentWaits;
        return new PrioritySummary("urgent", tally.UrgentSucceeded + tally.UrgentFailed, Percentile.Of(waits, 0.5), Percentile.Of(waits, 0.95), Cost(costs, "urgent"));
    }

    private static PrioritySummary Deferred(string priority, List<RequestLine> requests, IReadOnlyList<CostLine> costs)
    {
        List<RequestLine> own = requests.FindAll(request => request.Priority == priority);
        double[] waits = [.. own.Where(request => request is { State: "succeeded", FinishedAt: not null }).Select(request => (request.FinishedAt!.Value - request.CreatedAt).TotalSeconds)];
        return new PrioritySummary(priority, own.Count, Percentile.Of(waits, 0.5), Percentile.Of(waits, 0.95), Cost(costs, priority));
    }

    private static CostLine Cost(IReadOnlyList<CostLine> costs, string name) => costs.FirstOrDefault(cost => cost.Name == name) ?? CostLine.Nothing;

    private static int Count(List<RequestLine> requests, string state) => requests.Count(request => request.State == state);
}
