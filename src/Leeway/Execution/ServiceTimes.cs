using System.Collections.Concurrent;

namespace Leeway.Execution;

/// <summary>How long deferred requests take in real time, by deployment: a mean that forgets. Thread-safe.</summary>
public sealed class ServiceTimes
{
    /// <summary>Assumed until a deployment has answered.</summary>
    public static readonly TimeSpan Assumed = TimeSpan.FromSeconds(5);

    // The mean rests on about the last twenty answers.
    private const double Share = 0.05;

    private readonly ConcurrentDictionary<string, double> _seconds = new();

    /// <summary>Counts an answer.</summary>
    public void Note(string deployment, TimeSpan taken) => _seconds.AddOrUpdate(
        deployment,
        static (_, seconds) => seconds,
        static (_, mean, seconds) => mean + (Share * (seconds - mean)),
        taken.TotalSeconds);

    /// <summary>The mean of a deployment.</summary>
    public TimeSpan MeanOf(string deployment) => _seconds.TryGetValue(deployment, out double seconds) ? TimeSpan.FromSeconds(seconds) : Assumed;
}
