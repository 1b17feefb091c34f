using Leeway.Batching;
using Leeway.Planning;
using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Leeway.Routing;
using Microsoft.Extensions.Logging;

namespace Leeway.Guard;

/// <summary>
/// Cancels batches that most of their requests, or all, no longer wait for. Rows that have run are kept, collected and paid, those of rescued requests as
/// duplicates; requests without a row go back to the queue and are planned anew.
/// <para>
/// Going on is worth to the open members what a row in time saves each against real time, Σ (1 − p_i) · (c_r − c_b) over their tokens, where p_i is
/// the chance of being unfinished at the member's latest start. It costs the rows of those that have left and were not run yet, c_b for their
/// tokens, times the chance that they would still be run and billed later than a cancel takes. The batch is cancelled when the second exceeds the first.
/// </para>
/// </summary>
public sealed partial class LateBatches(
    QueueIndex index, BatchTable table, BatchPoller poller, RouteTable routes, LanePlanner planner, IPriceCatalog prices, TurnaroundForecast forecast, TimeProvider clock,
    ILogger<LateBatches> logger)
{
    // A provider may go on for this long after it was told to stop, and bills what it does.
    private static readonly TimeSpan s_cancelLag = TimeSpan.FromMinutes(10);

    // Between two looks: its figures move with minutes.
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(10);

    private DateTimeOffset _next;

    /// <summary>Looks at every batch at a provider, not oftener than every ten seconds.</summary>
    /// <returns>How many are to be cancelled.</returns>
    public int RunOnce()
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (now < _next || index.IsLoading)
        {
            return 0;
        }

        _next = now + s_every;
        int count = 0;
        foreach (BatchRecord batch in table.Open)
        {
            if (batch.State is BatchState.Submitted or BatchState.Running && batch.SubmittedAt is { } at && routes.FindDeployment(batch.Group.Deployment) is { } deployment
                && index.OpenMembers(batch.Id) is { } open && (open == 0 || (MayCancel(batch, deployment) && IsMostlyLate(batch, deployment, open, now - at, now)))
                && !forecast.Explores(batch) && poller.AskCancel(batch.Id))
            {
                count++;
            }
        }

        return count;
    }

    // Where a cancelled batch keeps nothing, rows that have run would be paid and lost.
    private bool MayCancel(BatchRecord batch, Deployment deployment) => planner.CapabilitiesOf(deployment).OnCancel switch
    {
        UnfinishedRows.PartKept => batch.Completed is not { } completed || completed < batch.Requests,
        UnfinishedRows.NothingKept => batch.Completed == 0,
        _ => false,
    };

    private bool IsMostlyLate(BatchRecord batch, Deployment deployment, int open, TimeSpan age, DateTimeOffset now)
    {
        SurvivalCurve curve = forecast.CurveFor(deployment.Id, batch.Requests, now);
        (int waiting, double inTime) = index.ReadWork(works => Read(works, batch, curve, age, now));

        // Those that are pinned to batches have nothing else, and a promoted one may still be overtaken: to both the batch is worth all of it.
        int left = batch.Requests - open;
        double perRequest = (double)batch.EstimatedInputTokens / batch.Requests;
        inTime += Math.Max(0, open - waiting) * perRequest;

        if (left == 0)
        {
            return false;
        }

        ModelPrice? price = prices.PriceOf(deployment, now);
        double realTime = (double)(price?.RealTime.Input ?? 1);
        double batched = (double)(price?.Batch?.Input ?? price?.RealTime.Input / 2 ?? 0.5m);
        double billedLater = curve.Beyond(age, s_cancelLag) - (curve.At(age) > 0 ? curve.Forever / curve.At(age) : 1);
        double saved = left * perRequest * batched * Math.Max(0, billedLater);
        double worth = inTime * (realTime - batched);
        if (saved <= worth)
        {
            return false;
        }

        LogCancel(logger, batch.Id, left, batch.Requests, saved / 1e6, worth / 1e6);
        return true;
    }

    // Members that may be rescued later, and their tokens weighted by the chance of a row in time.
    private static (int Waiting, double InTime) Read(IReadOnlyCollection<DeploymentWork> works, BatchRecord batch, SurvivalCurve curve, TimeSpan age, DateTimeOffset now)
    {
        foreach (DeploymentWork work in works)
        {
            if (work.Deployment != batch.Group.Deployment || work.JobOf(batch.Id) is not { } job)
            {
                continue;
            }

            double inTime = 0;
            foreach (DemandCell cell in job.Cells)
            {
                double until = Math.Max(0, ((double)cell.Slice * DemandJob.SliceSeconds) - now.ToUnixTimeSeconds());
                inTime += cell.Tokens * (1 - curve.Beyond(age, TimeSpan.FromSeconds(until)));
            }

            return (job.Requests, inTime);
        }

        return (0, 0);
    }

    [LoggerMessage(EventId = 6003, Level = LogLevel.Information, Message = "{Batch} is cancelled: {Left} of its {Requests} requests have left it; their rows would cost {Saved} USD, and going on is worth {Worth} USD to the others")]
    private static partial void LogCancel(ILogger logger, BatchId batch, int left, int requests, double saved, double worth);
}
