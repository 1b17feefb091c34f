using System.Globalization;
using Leeway.Economics.Monitoring;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Admin;

/// <summary><c>/admin/report</c>: spend, deadlines and waits of a window, and what the monitoring rules find in it.</summary>
internal sealed class ReportRoutes(ILedgerStore ledger, IPickupStore pickups, TimeProvider clock)
{
    /// <summary>The most requests, and the most attempts, that a report looks at; the latest are taken.</summary>
    public const int Most = 200_000;

    private static readonly TimeSpan s_window = TimeSpan.FromDays(7);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/admin/report", ShowAsync);

    private async Task ShowAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "since", "until", "capacity");
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset until = query.Instant("until") ?? now;
        DateTimeOffset since = query.Instant("since") ?? until - s_window;
        if (until <= since)
        {
            throw new BadQueryException("since", query.Text("since") ?? Json.Instant(since), $"earlier than until ({Json.Instant(until)})");
        }

        IReadOnlyList<(string Deployment, double PerSecond)> capacities = Capacities(query.Text("capacity"));

        // What was settled in this very millisecond belongs to it, unless an end was asked for.
        DateTimeOffset end = query.Text("until") is null ? until.AddMilliseconds(1) : until;
        CancellationToken gone = context.RequestAborted;
        IReadOnlyList<CostRow> byDeployment = await ledger.SumAsync(CostDimension.Deployment, since, end, gone);
        foreach ((string deployment, double _) in capacities)
        {
            if (!byDeployment.Any(row => row.Name == deployment))
            {
                throw new BadQueryException("capacity", deployment, "of deployments that were paid in this window" + (byDeployment.Count > 0 ? $": {string.Join(", ", byDeployment.Select(row => row.Name))}" : ", and none was"));
            }
        }

        IReadOnlyList<LedgerEntry> entries = await ledger.ListAsync(since, end, Most, gone);
        var window = new MonitoringWindow
        {
            Until = until < now ? until : now,
            Requests = await pickups.LoadEndedAsync(since, end, Most, gone),
            Costs = [.. entries.Where(entry => !entry.Duplicate).Select(entry => new MonitoredCost(entry.Caller, entry.Model, entry.Lane, entry.Priority, entry.At, entry.Cost))],
            Endpoints =
            [
                .. capacities.Select(capacity => new EndpointUse(
                    capacity.Deployment, byDeployment.First(row => row.Name == capacity.Deployment).Usage.Output, capacity.PerSecond * (until - since).TotalSeconds)),
            ],
        };
        var report = new ReportObject(
            since, until, window, entries.Count == Most || window.Requests.Count == Most,
            await ledger.SumAsync(CostDimension.Total, since, end, gone),
            [
                ("by_lane", await ledger.SumAsync(CostDimension.Lane, since, end, gone)), ("by_model", await ledger.SumAsync(CostDimension.Model, since, end, gone)),
                ("by_priority", await ledger.SumAsync(CostDimension.Priority, since, end, gone)),
            ]);
        await context.Response.WriteJsonAsync(report.Write);
    }

    private static List<(string, double)> Capacities(string? text)
    {
        List<(string, double)> found = [];
        foreach (string part in text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            int equals = part.LastIndexOf('=');
            if (equals <= 0 || !double.TryParse(part.AsSpan(equals + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double perSecond) || !(perSecond > 0) || !double.IsFinite(perSecond))
            {
                throw new BadQueryException("capacity", part, "deployments with tokens of output a second, such as vllm/llama=500");
            }

            found.Add((part[..equals], perSecond));
        }

        return found;
    }
}
