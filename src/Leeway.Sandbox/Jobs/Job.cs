using Leeway.Sandbox.Batches;

namespace Leeway.Sandbox.Jobs;

/// <summary>A batch whose rows are run when someone reads it after its time has come.</summary>
internal abstract class Job
{
    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it can be listed and read.</summary>
    public required DateTimeOffset VisibleAt { get; init; }

    public required BatchPlan Plan { get; init; }

    public required bool AnswerIsLost { get; init; }

    /// <summary>Held while the rows are run, so that they run once.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    public DateTimeOffset? CancellingAt { get; set; }

    public bool IsDeleted { get; set; }

    public abstract bool HasEnded { get; }

    public DateTimeOffset EndsAt => CancellingAt + Plan.CancelTakes ?? Plan.EndsAt;

    /// <summary>Share of the rows that have run when it ends.</summary>
    public double DoneAtEnd => CancellingAt is { } cancelling ? Plan.DoneAt(cancelling) : Plan.DoneAtEnd;
}

/// <summary>What is drawn when a job is created.</summary>
internal sealed record JobStart(string Id, DateTimeOffset CreatedAt, DateTimeOffset VisibleAt, BatchPlan Plan, bool AnswerIsLost);
