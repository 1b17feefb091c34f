using CsCheck;
using Leeway.Economics.Decisions;

namespace Leeway.Tests.Economics.Decisions;

/// <summary>Generated profiles: near every threshold and far from all.</summary>
internal static class Profiles
{
    public static readonly Gen<double> Seconds = Gen.OneOf(Among(0, 4.9, 5, 5.1, 299, 300, 301, 3600, 86_400), Grid(100_000));

    public static readonly Gen<double> Share = Gen.OneOf(Among(0, 0.25, 0.5, 1), Grid(1));

    public static readonly Gen<double> PerDay = Gen.OneOf(Among(0, 99, 100, 101, 9_999, 10_000, 10_001), Grid(50_000));

    public static readonly Gen<double> PerBatch = Gen.OneOf(Among(0, 99, 100, 101), Grid(1000));

    public static readonly Gen<WorkloadProfile> Any =
        Gen.Select(Gen.Select(Seconds, Share, Maybe(PerDay)), Gen.Select(Maybe(PerBatch), Maybe(Share), Maybe(Share)), Gen.Int[-1, 1])
            .Select((first, second, critical) => new WorkloadProfile
            {
                Latency = TimeSpan.FromSeconds(first.Item1),
                Urgent = first.Item2,
                RequestsPerDay = first.Item3,
                RequestsPerBatch = second.Item1,
                Predictability = second.Item2,
                CostWeight = second.Item3,
                RevenueCritical = critical < 0 ? null : critical == 1,
            });

    /// <summary>A value for one input.</summary>
    public static Gen<double> ValueOf(ProfileInput input) => input switch
    {
        ProfileInput.Latency => Seconds,
        ProfileInput.RequestsPerDay => PerDay,
        ProfileInput.RequestsPerBatch => PerBatch,
        ProfileInput.RevenueCritical => Among(0, 1),
        _ => Share,
    };

    private static Gen<double?> Maybe(Gen<double> gen) => Gen.Select(Gen.Int[0, 3], gen).Select((which, value) => which == 0 ? (double?)null : value);

    private static Gen<double> Among(params double[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    // Millionths of the whole: where 1 - share is still another number than 1.
    private static Gen<double> Grid(double most) => Gen.Int[0, 1_000_000].Select(i => most * i / 1_000_000);
}
