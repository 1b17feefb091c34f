using System.Globalization;
using Leeway.Sandbox.Laws;

namespace Leeway.Simulation.Laws;

/// <summary>The sandbox's own law of one regime, so that a simulation and the sandbox agree.</summary>
internal sealed class LognormalLaw(TurnaroundLaw law, int seed) : IBatchLaw
{
    private readonly Draws _draws = new(seed, "turnaround");

    public string Name => law.Name;

    public string Assumes => string.Create(
        CultureInfo.InvariantCulture,
        $"{law.Name}: turnaround lognormal, median {law.Median.TotalMinutes:0} min, sigma {law.Sigma:0.0}{(law.Clipped ? ", at most 24 h" : "; beyond 24 h a batch expires")}.");

    public TimeSpan Turnaround(DateTimeOffset submittedAt) => law.Draw(_draws.For(submittedAt));
}
