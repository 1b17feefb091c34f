using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Laws;

namespace Leeway.Sandbox.Batches;

/// <summary>When a batch will do what, drawn at create. Reads compare it with the clock, so nothing runs in the background.</summary>
/// <param name="InProgressAt">End of validation; also when a failed one fails.</param>
/// <param name="EndsAt">Completion, or expiry when <paramref name="Expires"/>.</param>
/// <param name="DoneAtEnd">Share of the rows run by then.</param>
internal sealed record BatchPlan(
    DateTimeOffset InProgressAt, DateTimeOffset FinalizingAt, DateTimeOffset EndsAt, bool Expires, double DoneAtEnd, TimeSpan CancelTakes)
{
    // Assumed: validation and finalizing take a fiftieth of the turnaround each, at most so long; a cancel takes 5 to 60 s.
    private static readonly TimeSpan s_maxValidation = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_maxFinalizing = TimeSpan.FromMinutes(1);

    /// <summary>A window that never closes, for a vendor whose batches do not expire.</summary>
    public static readonly TimeSpan Never = TimeSpan.FromDays(3650);

    /// <param name="window">After which a batch that has not completed expires; null is the law's.</param>
    public static BatchPlan Draw(SandboxOptions options, TurnaroundLaw law, FaultSet faults, string batchId, DateTimeOffset createdAt, TimeSpan? window = null)
    {
        var within = window ?? TurnaroundLaw.Window;
        var random = new SeededRandom(options.Seed, "plan", SeededRandom.Hash(batchId));
        var turnaround = options.TurnaroundOf?.Invoke(createdAt) ?? options.Turnaround ?? law.Draw(random);
        var instant = turnaround == TimeSpan.Zero;
        var partial = 0.2 + (0.6 * random.NextDouble());
        var expires = within < Never && faults.Strikes(FaultKind.Expire);
        var cancelTakes = instant ? TimeSpan.Zero : TimeSpan.FromSeconds(5 + (55 * random.NextDouble()));
        if (expires || turnaround > within)
        {
            var done = expires ? partial : turnaround == TimeSpan.MaxValue ? 0 : within / turnaround;
            var end = createdAt + (instant ? TimeSpan.Zero : within);
            var starts = createdAt + (instant ? TimeSpan.Zero : s_maxValidation);
            return new BatchPlan(starts, end, end, true, done, cancelTakes);
        }

        return new BatchPlan(
            createdAt + Min(turnaround / 50, s_maxValidation),
            createdAt + turnaround - Min(turnaround / 50, s_maxFinalizing),
            createdAt + turnaround,
            false,
            1,
            cancelTakes);
    }

    /// <summary>Share of the rows run at an instant before the end.</summary>
    public double DoneAt(DateTimeOffset now)
    {
        if (now <= InProgressAt)
        {
            return 0;
        }

        return now >= FinalizingAt ? DoneAtEnd : DoneAtEnd * ((now - InProgressAt) / (FinalizingAt - InProgressAt));
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
