using Leeway.Sandbox.Laws;

namespace Leeway.Simulation.Laws;

/// <summary>
/// Draws by seed, purpose and number. A policy that submits one batch more or asks once more than another one changes nobody else's luck,
/// so that policies are compared under common random numbers.
/// </summary>
internal sealed class Draws(int seed, string purpose)
{
    /// <summary>A fresh stream for one number.</summary>
    public SeededRandom For(long number) => new(seed, purpose, unchecked((ulong)number));

    /// <summary>The stream of the minute that an instant lies in.</summary>
    public SeededRandom For(DateTimeOffset at) => For(Minute(at));

    /// <summary>Uniform in [0, 1), of a number within a minute: the same answer to whoever asks again before the minute is over.</summary>
    public double Uniform(long number, DateTimeOffset at) => new SeededRandom(seed, purpose, unchecked(((ulong)number * 0x9E3779B97F4A7C15) ^ (ulong)Minute(at))).NextDouble();

    /// <summary>Whole minutes since year 1: the width of a submission slot.</summary>
    public static long Minute(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMinute;
}
