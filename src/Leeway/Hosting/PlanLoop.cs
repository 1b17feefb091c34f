using Leeway.Batching;
using Leeway.Execution;
using Leeway.Planning.Ladder;
using Leeway.Queue;
using Leeway.Routing;
using Microsoft.Extensions.Logging;

namespace Leeway.Hosting;

/// <summary>Prices the shared limits, and plans anew what waits when forecasts, prices or settings have changed.</summary>
public sealed class PlanLoop(
    LadderBook book, ShadowPrices shadow, QueueIndex index, BatchTable table, RouteTable routes, DeferredRunner runner, TimeProvider clock, ILogger<PlanLoop> logger)
    : PathLoop("plan", TimeSpan.FromSeconds(5), clock, logger)
{
    private static readonly TimeSpan s_refreshEvery = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock = clock;
    private DateTimeOffset _refreshedAt;

    /// <inheritdoc/>
    protected override Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        double flexUse = runner.FlexUse(now);
        foreach ((string id, bool paced, long pooled) in index.Scarcity(now))
        {
            // What is held at its rate has more to do than the rate allows; how much more is not counted.
            shadow.Update(id, SharedLimit.Requests, paced ? 2 : 0.5, 1);
            shadow.Update(id, SharedLimit.FlexSlots, flexUse, 1);
            if (routes.FindDeployment(id)?.EnqueuedTokenLimit is > 0 and var limit)
            {
                shadow.Update(id, SharedLimit.Enqueued, table.EnqueuedTokens(id) + pooled, limit);
            }
        }

        // Prices of limits move at every look; plans follow at a pace that solving can be paid for.
        if (now - _refreshedAt >= s_refreshEvery)
        {
            _refreshedAt = now;
            if (book.Refresh(now))
            {
                index.Replan();
            }
        }

        return Task.FromResult<DateTimeOffset?>(null);
    }
}
