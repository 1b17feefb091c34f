using System.Collections.Frozen;
using Leeway.Sandbox.Laws;
using Leeway.Simulation.Vendors;

namespace Leeway.Load.Plan;

/// <summary>
/// The sandbox's healthy law, drawn by the number of the batch in the order of creation, for a sandbox and for a simulation alike. Rows of a
/// sandbox's batch run evenly over its turnaround but for its validation and finalizing.
/// </summary>
internal sealed class LiveLaw(int seed) : ISimulatedVendor
{
    private const double Validation = 0.02;
    private static readonly TimeSpan s_cancelTakes = TimeSpan.FromSeconds(32);
    private static readonly TimeSpan s_latency = TimeSpan.FromMilliseconds(400);

    private readonly TurnaroundLaw _law = TurnaroundLaw.Parse("healthy");
    private int _created;

    /// <summary>Of the next batch that is created.</summary>
    public TimeSpan Next() => Of(Interlocked.Increment(ref _created) - 1);

    public ProviderCapabilities CapabilitiesOf(string kind) => SimulatedCapabilities.Full with { FlexEndpoints = FrozenSet<string>.Empty };

    public BatchFate DrawBatch(in BatchSubmission submission) => new(Of(submission.Job)) { StartsAt = Validation, CancelLag = s_cancelTakes };

    public CallFate DrawCall(in SimulatedCall call) => new(s_latency);

    private TimeSpan Of(long number) => _law.Draw(new SeededRandom(seed, "live", (ulong)number));
}
