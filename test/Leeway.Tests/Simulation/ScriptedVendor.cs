using Leeway.Sandbox.Laws;
using Leeway.Simulation.Vendors;

namespace Leeway.Tests.Simulation;

/// <summary>Laws as plain as tests need them; every draw is keyed.</summary>
internal sealed class ScriptedVendor(int seed) : ISimulatedVendor
{
    public Func<BatchSubmission, BatchFate>? Batch { get; init; }

    public Func<SimulatedCall, CallFate>? Call { get; init; }

    public int? PerMinute { get; init; }

    public List<BatchSubmission> Submissions { get; } = [];

    public List<SimulatedCall> Calls { get; } = [];

    public BatchFate DrawBatch(in BatchSubmission submission)
    {
        Submissions.Add(submission);
        return Batch?.Invoke(submission)
            ?? new BatchFate(TimeSpan.FromMinutes(new SeededRandom(seed, "batch", (ulong)submission.Job).NextLognormal(12, 0.9))) { CancelLag = TimeSpan.FromMinutes(1) };
    }

    public CallFate DrawCall(in SimulatedCall call)
    {
        Calls.Add(call);
        return Call?.Invoke(call) ?? new CallFate(TimeSpan.FromSeconds(new SeededRandom(seed, "call", (ulong)call.Number).NextLognormal(3, 0.6)));
    }

    public int? RequestsPerMinute(string deployment, Lane lane, DateTimeOffset now) => PerMinute;
}
