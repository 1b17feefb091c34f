using Leeway.Sandbox.Laws;

namespace Leeway.Simulation.Laws;

/// <summary>The mixture of a usual hump, a slow one, a long tail and a part that never comes.</summary>
internal sealed class MixedLaw(int seed) : IBatchLaw
{
    private readonly Draws _draws = new(seed, "turnaround");

    public string Name => "mixed";

    public string Assumes => "mixed: turnaround 80 % lognormal (median 12 min, sigma 0.9), 15 % lognormal (90 min, 0.8), 4.5 % uniform in 4–24 h, 0.5 % never.";

    public TimeSpan Turnaround(DateTimeOffset submittedAt)
    {
        SeededRandom random = _draws.For(submittedAt);
        double part = random.NextDouble();
        return part switch
        {
            < 0.80 => TimeSpan.FromMinutes(random.NextLognormal(12, 0.9)),
            < 0.95 => TimeSpan.FromMinutes(random.NextLognormal(90, 0.8)),
            < 0.995 => TimeSpan.FromHours(4 + (20 * random.NextDouble())),
            _ => TimeSpan.MaxValue,
        };
    }
}
