using Leeway.Economics;

namespace Leeway.Ledger;

/// <summary>Prices attempts at the price in force when they were dispatched. Writes nothing: the store appends what this makes.</summary>
public sealed class CostLedger(IPriceCatalog catalog, TimeProvider time)
{
    /// <summary>The price for <paramref name="deployment"/> at an instant: the configured one, else the catalogue's, else null.</summary>
    public ModelPrice? Price(Deployment deployment, DateTimeOffset dispatchedAt) =>
        catalog.PriceOf(deployment, dispatchedAt);

    /// <summary>
    /// The entry of one attempt. The cost is that of its lane; the list cost is that of the same tokens in real time, also for a duplicate,
    /// which a report counts once. Both are null when the price is unknown.
    /// </summary>
    /// <param name="requestId">The request paid for.</param>
    /// <param name="attempt">Numbered from 1.</param>
    /// <param name="lane">The lane the attempt travelled by.</param>
    /// <param name="priority">The request's.</param>
    /// <param name="deployment">The one that answered.</param>
    /// <param name="model">The name the client asked for.</param>
    /// <param name="caller">The label of the caller's key.</param>
    /// <param name="usage">As the provider counted; the tier it names decides the price of an immediate answer.</param>
    /// <param name="dispatchedAt">Decides which price holds.</param>
    /// <param name="now">The entry's own time; null reads the clock.</param>
    /// <param name="estimated">The usage is ours, because the provider told none.</param>
    /// <param name="duplicate">Another attempt gave the result.</param>
    public LedgerEntry EntryFor(
        RequestId requestId,
        int attempt,
        Lane lane,
        Priority priority,
        Deployment deployment,
        string model,
        string caller,
        ReportedUsage usage,
        DateTimeOffset dispatchedAt,
        DateTimeOffset? now = null,
        bool estimated = false,
        bool duplicate = false)
    {
        ModelPrice? price = Price(deployment, dispatchedAt);
        LanePrice? paid = price?.For(lane, usage.Tier);
        decimal? cost = CostArithmetic.CostOf(paid, usage.Tokens);
        return new LedgerEntry
        {
            RequestId = requestId,
            Attempt = attempt,
            At = (now ?? time.GetUtcNow()).ToUniversalTime(),
            Lane = lane,
            Priority = priority,
            Deployment = deployment.Id,
            Model = model,
            Caller = caller,
            Usage = usage.Tokens,
            Tier = usage.Tier,
            RawUsage = usage.Raw,
            Cost = cost,
            ListCost = ReferenceEquals(paid, price?.RealTime) ? cost : CostArithmetic.CostOf(price?.RealTime, usage.Tokens),
            PriceVersion = price?.Version,
            Duplicate = duplicate,
            Estimated = estimated,
        };
    }

    /// <summary>USD that so many tokens would cost in <paramref name="lane"/>, and in real time, without any cache; null where unknown.</summary>
    public (decimal? Cost, decimal? ListCost) Estimate(Deployment deployment, Lane lane, int inputTokens, int outputTokens, DateTimeOffset at)
    {
        ModelPrice? price = Price(deployment, at);
        var usage = new TokenUsage(inputTokens, 0, 0, outputTokens, 0);
        return (CostArithmetic.CostOf(price?.For(lane), usage), CostArithmetic.CostOf(price?.RealTime, usage));
    }

    /// <summary>
    /// USD that a request may cost at most: answered in real time, or by the vendor's priority tier where it asks for that, by the dearest of
    /// <paramref name="deployments"/>; and where it may travel in a batch, beside a row of that which comes too late. Null where a price is unknown, which no route's is.
    /// </summary>
    public decimal? Most(IEnumerable<Deployment> deployments, int inputTokens, int outputTokens, bool asksForPriorityTier, bool mayBeBatched, DateTimeOffset at)
    {
        var usage = new TokenUsage(inputTokens, 0, 0, outputTokens, 0);
        decimal most = 0;
        foreach (Deployment deployment in deployments)
        {
            ModelPrice? price = Price(deployment, at);
            if (CostArithmetic.CostOf(price?.RealTime, usage) is not { } cost)
            {
                return null;
            }

            decimal priority = asksForPriorityTier ? CostArithmetic.CostOf(price!.PriorityTier, usage) ?? 0 : 0;
            decimal row = mayBeBatched ? CostArithmetic.CostOf(price!.Batch, usage) ?? 0 : 0;
            most = Math.Max(most, Math.Max(cost, priority) + row);
        }

        return most;
    }

    /// <summary>The same on the vendor's priority tier.</summary>
    public (decimal? Cost, decimal? ListCost) EstimatePriorityTier(Deployment deployment, int inputTokens, int outputTokens, DateTimeOffset at)
    {
        ModelPrice? price = Price(deployment, at);
        var usage = new TokenUsage(inputTokens, 0, 0, outputTokens, 0);
        return (CostArithmetic.CostOf(price?.PriorityTier, usage), CostArithmetic.CostOf(price?.RealTime, usage));
    }
}
