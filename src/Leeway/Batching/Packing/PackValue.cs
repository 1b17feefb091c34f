using Leeway.Planning.Turnaround;

namespace Leeway.Batching.Packing;

/// <summary>What a place in a batch is worth to a request, per token of the enqueued-token limit.</summary>
public sealed class PackValue(IPriceCatalog prices, TurnaroundForecast turnaround)
{
    // What a place in the next batch is discounted by: it may come later than it usually does.
    private const double NextIsUnsure = 0.01;

    /// <summary>What a batch saves against real time, in USD per million tokens; null when a deployment's prices are unknown, so that all requests are alike.</summary>
    internal Func<QueuedRequest, double>? Of(Deployment deployment, DateTimeOffset now)
    {
        if (prices.PriceOf(deployment, now) is not { Batch: { } batch, RealTime: { } realTime })
        {
            return null;
        }

        return request =>
        {
            long tokens = request.EstimatedInputTokens;
            return (double)Math.Max(0, realTime.ForInput(tokens).Input - batch.ForInput(tokens).Input ?? 0);
        };
    }

    /// <summary>
    /// What going now rather than with the next batch is worth: the saving, times the chance that it is had now, less the chance that it would
    /// still be had then (algorithms.md §2.2: saving·F(s − now)/tokens, of which what the next batch would still bring is no gain of this one).
    /// </summary>
    /// <param name="deployment">Whose batch.</param>
    /// <param name="requests">How many wait.</param>
    /// <param name="now">The present.</param>
    internal Func<QueuedRequest, double>? OfGoingNow(Deployment deployment, int requests, DateTimeOffset now)
    {
        if (Of(deployment, now) is not { } saving)
        {
            return null;
        }

        SurvivalCurve curve = turnaround.CurveFor(deployment.Id, requests, now);
        return request => saving(request) * Gain(curve, request.Deadline - now);
    }

    /// <summary>The chance of being back in time that is lost by going with the next batch, which can go when this one is back, in the median.</summary>
    /// <param name="curve">How long a batch takes.</param>
    /// <param name="slack">Until the request must be back.</param>
    internal static double Gain(SurvivalCurve curve, TimeSpan slack)
    {
        double next = curve.Quantile(0.5) is { } cycle ? InTime(curve, slack - cycle) : 0;
        return Math.Max(0, InTime(curve, slack) - ((1 - NextIsUnsure) * next));
    }

    private static double InTime(SurvivalCurve curve, TimeSpan slack) => slack > TimeSpan.Zero ? 1 - curve.At(slack) : 0;
}
