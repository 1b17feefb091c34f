using Leeway.Batching.Packing;
using Leeway.Planning;
using Leeway.Queue;

namespace Leeway.Batching.Sealing;

/// <summary>
/// The rules of pools whose sealing is adaptive, fed with their arrivals. A rule outlives the emptying of its pool: what it has learnt holds for the
/// next one of the same group and priority. Used by one former.
/// <para>
/// What a second of waiting costs a request: what its batch saves against real time, spread evenly over its whole wait. Its value falls from that
/// to nothing between acceptance and deadline; the slope of the planner's own value is not used for it today. Where prices are unknown nothing is
/// known of that cost, and the triggers alone decide.
/// </para>
/// </summary>
internal sealed class PoolRules(PackValue value)
{
    // Below this a request counts as costing next to nothing, not nothing: rules divide by it.
    private const double LeastHolding = 1e-15;

    // Seconds: far beyond any wait whose end would be a rule's.
    private const double LongestLook = 30 * 24 * 3600;

    private readonly Dictionary<PoolKey, (SealRule Rule, DateTimeOffset Since)> _rules = [];

    /// <summary>Takes a pool's new arrivals in, and sets when the pool is to be looked at again.</summary>
    /// <returns>Its rule and the rule's clock now; null where sealing is by triggers alone.</returns>
    public (SealRule Rule, double Now)? Look(Pool pool, Deployment deployment, LeewayConfig config, DateTimeOffset now)
    {
        PoolKey key = pool.Key;
        PriorityConfig preset = pool.Priority == Priority.Low ? config.Priorities.Low : config.Priorities.Standard;
        SealConfig lane = config.Lanes.Batch.Seal;
        if ((preset.Seal.Mode ?? lane.Mode) != SealMode.Adaptive || preset.Windows.Count > 0 || (preset.Seal.JobCost ?? lane.JobCost) is not { } jobCost
            || value.Of(deployment, now) is not { } saving)
        {
            pool.Fresh.Clear();
            pool.LookAt = null;
            _rules.Remove(key);
            return null;
        }

        if (!_rules.TryGetValue(key, out (SealRule Rule, DateTimeOffset Since) known) || known.Rule.JobCost != (double)jobCost)
        {
            _rules[key] = known = (new SealRule((double)jobCost), now);
        }

        foreach (QueuedRequest request in pool.Fresh)
        {
            double slack = Math.Max(1, (request.Deadline - request.AcceptedAt).TotalSeconds);
            double holding = saving(request) * request.EstimatedInputTokens / 1e6 / slack;
            known.Rule.Arrive((request.AcceptedAt - known.Since).TotalSeconds, Math.Max(LeastHolding, holding));
        }

        pool.Fresh.Clear();
        known.Rule.Keep(pool.Count);

        // What is due now is sealed now, or is kept for a reason that no clock ends.
        double clock = (now - known.Since).TotalSeconds;
        pool.LookAt = known.Rule.DueAt > clock && known.Rule.DueAt < clock + LongestLook ? known.Since.AddSeconds(known.Rule.DueAt) : null;
        return (known.Rule, clock);
    }

    /// <summary>Notes that a pool was sealed.</summary>
    /// <param name="key">The pool's.</param>
    /// <param name="left">How much of it did not fit, within [0, 1].</param>
    /// <param name="now">When.</param>
    public void Sealed(PoolKey key, double left, DateTimeOffset now)
    {
        if (_rules.TryGetValue(key, out (SealRule Rule, DateTimeOffset Since) known))
        {
            known.Rule.Sealed((now - known.Since).TotalSeconds, left);
        }
    }
}
