using Leeway.Sandbox.Laws;

namespace Leeway.Simulation.Laws;

/// <summary>Everything that is assumed of a provider in one run.</summary>
/// <param name="Batch">How long batches take.</param>
/// <param name="Flex">The flex tier; null: there is none.</param>
/// <param name="RealTime">How long real-time calls take.</param>
/// <param name="HeadRoom">Real-time calls that are taken per second; null: without bound.</param>
internal sealed record ProviderLaws(IBatchLaw Batch, FlexLaw? Flex, LatencyLaw RealTime, double? HeadRoom = null)
{
    /// <summary>After which a batch that is not complete expires.</summary>
    public static readonly TimeSpan Window = TurnaroundLaw.Window;

    /// <summary>From a cancel to its end; until then rows go on and what is done is billed.</summary>
    public static readonly TimeSpan CancelTakes = TimeSpan.FromMinutes(10);

    /// <summary>The names of the built-in laws.</summary>
    public static readonly IReadOnlyList<string> Names = ["healthy", "degraded", "switching", "stall", "mixed"];

    /// <summary>The figures every result rests on, one sentence each.</summary>
    public IReadOnlyList<string> Assumes =>
    [
        Batch.Assumes,
        "batches: all rows come back together; a row that is done is billed at the batch price, also when its batch is cancelled (which takes 10 min); one that is not done when the batch expires or ends is not billed.",
        Flex?.Assumes ?? "flex: none.",
        RealTime.Assumes,
        HeadRoom is { } rate ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"real time: {rate:0.##} calls per second are taken, more are refused.") : "real time: no limit of rate.",
    ];

    /// <summary>A built-in law of batches by name; null when there is none of that name.</summary>
    public static IBatchLaw? Named(string name, int seed, DateTimeOffset start) => name switch
    {
        "healthy" or "degraded" => new LognormalLaw(TurnaroundLaw.Parse(name), seed),
        "switching" => new SwitchingLaw(seed, start),
        "stall" => new StallLaw(seed, start),
        "mixed" => new MixedLaw(seed),
        _ => null,
    };
}
