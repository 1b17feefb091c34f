using System.Globalization;

namespace Leeway.Sandbox.Laws;

/// <summary>When the flex tier has room, and how long it takes then.</summary>
/// <remarks>
/// Assumed, not measured: no provider publishes it. A try is accepted by chance, anew each minute of the clock; besides, the tier is closed to everybody in some of
/// the half hours. What it accepts takes 1 to 10 minutes, evenly.
/// </remarks>
/// <param name="Acceptance">The chance that a try is accepted while the tier is open.</param>
/// <param name="Closed">The share of half hours in which it is not.</param>
internal sealed record FlexLaw(double Acceptance, double Closed)
{
    private const double ShortestSeconds = 60;
    private const double LongestSeconds = 600;

    private static readonly TimeSpan s_episode = TimeSpan.FromMinutes(30);

    /// <summary><c>open</c>, <c>closed</c>, an acceptance as <c>0.6</c>, or one with the share of closed half hours as <c>0.6/0.1</c>; null for null.</summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public static FlexLaw? Parse(string? text)
    {
        string[] parts = text?.Split('/') ?? [];
        return text switch
        {
            null => null,
            "open" => new FlexLaw(1, 0),
            "closed" => new FlexLaw(0, 1),
            _ when parts.Length is 1 or 2 && Share(parts[0]) is { } acceptance && Share(parts.Length == 2 ? parts[1] : "0") is { } closed => new FlexLaw(acceptance, closed),
            _ => throw new ArgumentException($"Flex '{text}' is unknown; use open, closed, an acceptance as 0.6, or one with the share of time closed as 0.6/0.1.", nameof(text)),
        };
    }

    public bool Accepts(int seed, ulong digest, DateTimeOffset now)
    {
        var episode = new SeededRandom(seed, "flex-episode", (ulong)(now.UtcTicks / s_episode.Ticks));
        var tries = new SeededRandom(seed, "flex-try", digest ^ (ulong)(now.UtcTicks / TimeSpan.TicksPerMinute));
        return episode.NextDouble() >= Closed && tries.NextDouble() < Acceptance;
    }

    /// <summary>The same for the same prompt.</summary>
    public static TimeSpan ServiceTime(int seed, ulong digest) =>
        TimeSpan.FromSeconds(ShortestSeconds + ((LongestSeconds - ShortestSeconds) * new SeededRandom(seed, "flex-service", digest).NextDouble()));

    private static double? Share(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) && share is >= 0 and <= 1 ? share : null;
}
