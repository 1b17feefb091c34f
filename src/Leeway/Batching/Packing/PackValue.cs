namespace Leeway.Batching.Packing;

/// <summary>
/// What a place in a batch is worth to a request, per token of the enqueued-token limit: what the batch saves against real time
/// (algorithms.md §2.2: saving·F(s − now)/tokens).
/// </summary>
public sealed class PackValue(IPriceCatalog prices)
{
    /// <summary>The worth of requests of a deployment at an instant, in USD per million tokens; null when its prices are unknown, so that all are alike.</summary>
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
}
