using System.Globalization;
using Leeway.Sandbox.Laws;

namespace Leeway.Simulation.Laws;

/// <summary>A provider that is healthy and degraded by turns; a batch follows the law of the regime it was submitted in.</summary>
internal sealed class SwitchingLaw : IBatchLaw
{
    private static readonly TimeSpan s_healthy = TimeSpan.FromHours(18);
    private static readonly TimeSpan s_degraded = TimeSpan.FromHours(6);

    private readonly LognormalLaw _whenHealthy;
    private readonly LognormalLaw _whenDegraded;
    private readonly Episodes _regimes;

    public SwitchingLaw(int seed, DateTimeOffset start)
    {
        _whenHealthy = new LognormalLaw(TurnaroundLaw.Parse("healthy"), seed);
        _whenDegraded = new LognormalLaw(TurnaroundLaw.Parse("degraded"), seed);
        _regimes = new Episodes(seed, "regime", start, s_healthy, s_degraded);
    }

    public string Name => "switching";

    public string Assumes => string.Create(
        CultureInfo.InvariantCulture,
        $"switching: healthy and degraded by turns, exponential stays of {s_healthy.TotalHours:0} h and {s_degraded.TotalHours:0} h in the mean; a batch follows the regime it was submitted in.");

    public TimeSpan Turnaround(DateTimeOffset submittedAt) =>
        (_regimes.IsSecond(submittedAt) ? _whenDegraded : _whenHealthy).Turnaround(submittedAt);
}
