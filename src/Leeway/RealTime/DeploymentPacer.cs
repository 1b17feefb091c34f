using System.Collections.Concurrent;
using Leeway.Ledger;
using Leeway.Nodes;

namespace Leeway.RealTime;

/// <summary>
/// Keeps real-time calls within the requests and tokens a minute that the operator allows a deployment. A token bucket per deployment that
/// holds ten seconds' worth, so that a burst passes and a minute does not exceed its limit by more. Of several nodes each has an equal part.
/// </summary>
internal sealed class DeploymentPacer(TimeProvider clock, NodeStanding standing)
{
    private const double BurstSeconds = 10;

    private readonly ConcurrentDictionary<string, Buckets> _buckets = new();
    private readonly ConcurrentDictionary<RequestId, string> _reserved = new();

    /// <summary>Takes a call's share, or says how long to wait for it. A share that was reserved for <paramref name="stored"/> is used up instead.</summary>
    /// <param name="deployment">Who is called.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="stored">The stored request it is for; null where somebody waits, whose use is measured.</param>
    public TimeSpan? TryTake(Deployment deployment, ReadOnlySpan<byte> body, RequestId? stored)
    {
        if (deployment.RequestsPerMinute is null && deployment.TokensPerMinute is null)
        {
            return null;
        }

        if (stored is { } id && _reserved.TryRemove(KeyValuePair.Create(id, deployment.Id)))
        {
            return null;
        }

        return TryTake(deployment, deployment.TokensPerMinute is null ? 0 : TokenEstimator.Estimate(body), waitedFor: stored is null);
    }

    /// <summary>Takes the share of a stored request before it begins, or says how long to wait for it.</summary>
    public TimeSpan? TryReserve(Deployment deployment, RequestId id, int tokens)
    {
        if (deployment.RequestsPerMinute is null && deployment.TokensPerMinute is null)
        {
            return null;
        }

        TimeSpan? wait = TryTake(deployment, tokens, waitedFor: false);
        if (wait is null)
        {
            _reserved[id] = deployment.Id;
        }

        return wait;
    }

    /// <summary>Where a share is reserved for a stored request, or null.</summary>
    public string? ReservedAt(RequestId id) => _reserved.GetValueOrDefault(id);

    /// <summary>Forgets a reservation that was not used.</summary>
    public void Release(RequestId id) => _reserved.TryRemove(id, out _);

    /// <summary>What calls that somebody waits for have used of late; nothing is counted at deployments without limits.</summary>
    public RealTimeUse UseOf(string deployment)
    {
        if (!_buckets.TryGetValue(deployment, out Buckets? buckets))
        {
            return default;
        }

        lock (buckets)
        {
            return buckets.Use.Read(clock.GetElapsedTime(buckets.RefilledAt).TotalSeconds);
        }
    }

    private TimeSpan? TryTake(Deployment deployment, int tokens, bool waitedFor)
    {
        Buckets buckets = _buckets.GetOrAdd(deployment.Id, static (_, clock) => new Buckets(clock.GetTimestamp()), clock);
        lock (buckets)
        {
            double elapsed = clock.GetElapsedTime(buckets.RefilledAt).TotalSeconds;
            buckets.RefilledAt = clock.GetTimestamp();
            buckets.Use.Pass(elapsed);
            double part = 1.0 / (60 * standing.Sharers);
            double wait = Math.Max(
                buckets.Requests.Wait(deployment.RequestsPerMinute * part, elapsed, 1),
                buckets.Tokens.Wait(deployment.TokensPerMinute * part, elapsed, tokens));
            if (wait > 0)
            {
                return TimeSpan.FromSeconds(wait);
            }

            buckets.Requests.Take(deployment.RequestsPerMinute, 1);
            buckets.Tokens.Take(deployment.TokensPerMinute, tokens);
            if (waitedFor)
            {
                buckets.Use.Add(tokens);
            }

            return null;
        }
    }

    private sealed class Buckets(long now)
    {
        public long RefilledAt { get; set; } = now;

        public Bucket Requests { get; } = new();

        public Bucket Tokens { get; } = new();

        public UseMeter Use { get; } = new();
    }

    private sealed class Bucket
    {
        // Null until the first refill fills it.
        private double? _level;

        /// <summary>Takes from a bucket that has a limit; one without keeps no count, so that a limit set later begins full.</summary>
        public void Take(double? limit, double amount) => _level = limit is null ? null : _level - amount;

        /// <summary>Refills, and returns the seconds until <paramref name="amount"/> is there; a call larger than the bucket waits for a full one.</summary>
        public double Wait(double? perSecond, double elapsed, double amount)
        {
            if (perSecond is not { } rate)
            {
                return 0;
            }

            double capacity = Math.Max(1, rate * BurstSeconds);
            double level = _level is { } left ? Math.Min(capacity, left + (elapsed * rate)) : capacity;
            _level = level;
            double needed = Math.Min(amount, capacity);
            return level >= needed ? 0 : (needed - level) / rate;
        }
    }
}
