using System.Collections.Concurrent;
using Leeway.Ledger;

namespace Leeway.RealTime;

/// <summary>
/// Keeps real-time calls within the requests and tokens a minute that the operator allows a deployment. A token bucket per deployment that
/// holds ten seconds' worth, so that a burst passes and a minute does not exceed its limit by more.
/// </summary>
internal sealed class DeploymentPacer(TimeProvider clock)
{
    private const double BurstSeconds = 10;

    private readonly ConcurrentDictionary<string, Buckets> _buckets = new();

    /// <summary>Takes the call's share, or says how long to wait for it.</summary>
    public TimeSpan? TryTake(Deployment deployment, ReadOnlySpan<byte> body)
    {
        if (deployment.RequestsPerMinute is null && deployment.TokensPerMinute is null)
        {
            return null;
        }

        int tokens = deployment.TokensPerMinute is null ? 0 : TokenEstimator.Estimate(body);
        Buckets buckets = _buckets.GetOrAdd(deployment.Id, static (_, clock) => new Buckets(clock.GetTimestamp()), clock);
        lock (buckets)
        {
            double elapsed = clock.GetElapsedTime(buckets.RefilledAt).TotalSeconds;
            buckets.RefilledAt = clock.GetTimestamp();
            double wait = Math.Max(
                buckets.Requests.Wait(deployment.RequestsPerMinute / 60.0, elapsed, 1),
                buckets.Tokens.Wait(deployment.TokensPerMinute / 60.0, elapsed, tokens));
            if (wait > 0)
            {
                return TimeSpan.FromSeconds(wait);
            }

            buckets.Requests.Take(deployment.RequestsPerMinute, 1);
            buckets.Tokens.Take(deployment.TokensPerMinute, tokens);
            return null;
        }
    }

    private sealed class Buckets(long now)
    {
        public long RefilledAt { get; set; } = now;

        public Bucket Requests { get; } = new();

        public Bucket Tokens { get; } = new();
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
