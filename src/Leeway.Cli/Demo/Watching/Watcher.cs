using Leeway.Cli.Demo.Traffic;

namespace Leeway.Cli.Demo.Watching;

/// <summary>Takes readings of a running demo.</summary>
internal sealed class Watcher(GatewayReader gateway, Tally tally, TimeProvider clock)
{
    private const int LatestAnswers = 100;
    private const int LatestBatches = 8;

    public async Task<Reading> ReadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<OpenRequests> open = await gateway.QueueAsync(cancellationToken);
        IReadOnlyList<CostLine> costs = await gateway.CostAsync("priority", cancellationToken);
        List<PriorityReading> priorities = [];
        foreach (string priority in (string[])["urgent", "standard", "low"])
        {
            bool urgent = priority == "urgent";
            CostLine cost = costs.FirstOrDefault(line => line.Name == priority) ?? CostLine.Nothing;
            IEnumerable<double> waits = urgent ? tally.UrgentWaits.TakeLast(LatestAnswers) : await WaitsAsync(priority, cancellationToken);
            priorities.Add(new PriorityReading(
                priority, urgent ? null : Count(open, priority, "queued", "running"), urgent ? null : Count(open, priority, "sealed", "submitted"),
                cost.Requests, Percentile.Of(waits, 0.5), cost));
        }

        return new Reading
        {
            At = clock.GetUtcNow(),
            Total = new CostLine(
                "total", costs.Sum(line => line.Requests), costs.Sum(line => line.Spent), costs.Sum(line => line.List), costs.Sum(line => line.Saved),
                costs.Sum(line => line.Unpriced), costs.Sum(line => line.Duplicates)),
            Priorities = priorities,
            Batches = await gateway.BatchesAsync(LatestBatches, cancellationToken),
            Accepted = tally.Accepted,
        };
    }

    private async Task<IEnumerable<double>> WaitsAsync(string priority, CancellationToken cancellationToken) =>
        from request in await gateway.RequestsAsync($"priority={priority}&state=succeeded", LatestAnswers, cancellationToken)
        where request.FinishedAt is not null
        select (request.FinishedAt!.Value - request.CreatedAt).TotalSeconds;

    private static int Count(IReadOnlyList<OpenRequests> open, string priority, params ReadOnlySpan<string> states)
    {
        int count = 0;
        foreach (OpenRequests line in open)
        {
            count += line.Priority == priority && states.Contains(line.State) ? line.Requests : 0;
        }

        return count;
    }
}
