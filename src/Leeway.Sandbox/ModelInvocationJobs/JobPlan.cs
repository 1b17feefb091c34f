using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Laws;

namespace Leeway.Sandbox.ModelInvocationJobs;

/// <summary>When a job will do what, drawn at create. Reads compare it with the clock, so nothing runs in the background.</summary>
/// <param name="ScheduledAt">End of validation; also when a failed one fails.</param>
/// <param name="StartsAt">When capacity is found; <see cref="DateTimeOffset.MaxValue"/> is never.</param>
/// <param name="EndsAt">The last row, or the timeout.</param>
/// <param name="DoneAtEnd">Share of the rows run by then.</param>
internal sealed record JobPlan(
    DateTimeOffset ValidatingAt, DateTimeOffset ScheduledAt, DateTimeOffset StartsAt, DateTimeOffset EndsAt, double DoneAtEnd, TimeSpan StopTakes)
{
    // Assumed: a job is submitted for up to 5 s, validated within 30 s, waits a tenth of its turnaround for capacity; a stop takes 5 to 60 s.
    private static readonly TimeSpan s_maxSubmitted = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_maxValidation = TimeSpan.FromSeconds(30);

    /// <param name="timeout">After which the job ends with what is done.</param>
    public static JobPlan Draw(SandboxOptions options, TurnaroundLaw law, FaultSet faults, string jobId, DateTimeOffset at, TimeSpan timeout)
    {
        var random = new SeededRandom(options.Seed, "job", SeededRandom.Hash(jobId));
        var turnaround = options.Turnaround ?? law.Draw(random);
        var partial = 0.2 + (0.6 * random.NextDouble());
        var stopTakes = turnaround == TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromSeconds(5 + (55 * random.NextDouble()));
        var runs = faults.Strikes(FaultKind.Expire) ? partial : turnaround <= timeout ? 1 : turnaround == TimeSpan.MaxValue ? 0 : timeout / turnaround;
        var total = turnaround == TimeSpan.Zero || runs == 1 ? turnaround : timeout;
        return new JobPlan(
            at + Min(total / 100, s_maxSubmitted),
            at + Min(total / 50, s_maxValidation),
            runs == 0 ? DateTimeOffset.MaxValue : at + (total / 10),
            at + total,
            runs,
            stopTakes);
    }

    /// <summary>Share of the rows run at an instant before the end.</summary>
    public double DoneAt(DateTimeOffset now) =>
        now >= EndsAt ? DoneAtEnd : now <= StartsAt ? 0 : DoneAtEnd * ((now - StartsAt) / (EndsAt - StartsAt));

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
