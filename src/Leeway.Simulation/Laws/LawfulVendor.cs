using System.Collections.Frozen;
using Leeway.Simulation.Vendors;

namespace Leeway.Simulation.Laws;

/// <summary>A provider that does what the laws of a run say. Its rows come back together, at the end of their batch.</summary>
internal sealed class LawfulVendor(ProviderLaws laws) : ISimulatedVendor
{
    private static readonly TimeSpan s_refusalTakes = TimeSpan.FromMilliseconds(500);

    public ProviderCapabilities CapabilitiesOf(string kind) => laws.Flex is null ? SimulatedCapabilities.Full with { FlexEndpoints = FrozenSet<string>.Empty } : SimulatedCapabilities.Full;

    public BatchFate DrawBatch(in BatchSubmission submission)
    {
        TimeSpan turnaround = laws.Batch.Turnaround(submission.At);
        return new BatchFate(turnaround == TimeSpan.MaxValue ? null : turnaround) { StartsAt = 1, CancelLag = ProviderLaws.CancelTakes };
    }

    public CallFate DrawCall(in SimulatedCall call)
    {
        if (call.Lane != Lane.Flex)
        {
            return new CallFate(laws.RealTime.Latency(call.Number));
        }

        return laws.Flex is { } flex && flex.Accepts(call.Number, call.At)
            ? new CallFate(flex.Service(call.Number))
            : new CallFate(s_refusalTakes) { Error = ProviderErrorKind.RateLimited };
    }

    // Flex has a capacity of its own, which its law refuses by.
    public int? RequestsPerMinute(string deployment, Lane lane, DateTimeOffset now) =>
        laws.HeadRoom is { } perSecond && lane != Lane.Flex ? Math.Max(1, (int)Math.Round(perSecond * 60)) : null;
}
