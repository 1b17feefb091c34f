using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Files;

namespace Leeway.Sandbox.ModelInvocationJobs;

/// <summary>
/// One job: <c>Submitted → Validating → Scheduled → InProgress → Completed | PartiallyCompleted</c>; <c>Failed</c> at validation, <c>Expired</c> when it never
/// started, <c>Stopping → Stopped</c>. What its rows did is in S3 only.
/// </summary>
internal sealed class ModelInvocationJob(string id, string region, JobSpec spec, DateTimeOffset submittedAt, JobPlan plan)
{
    public string Id { get; } = id;

    public string Arn { get; } = $"arn:aws:bedrock:{region}:123456789012:model-invocation-job/{id}";

    public JobSpec Spec { get; } = spec;

    public DateTimeOffset SubmittedAt { get; } = submittedAt;

    public JobPlan Plan { get; } = plan;

    /// <summary>From when on it can be listed and read.</summary>
    public required DateTimeOffset VisibleAt { get; init; }

    public required bool AnswerIsLost { get; init; }

    /// <summary>Held while the job is advanced, so that it runs once.</summary>
    public Lock Gate { get; } = new();

    public DateTimeOffset? StoppingAt { get; set; }

    /// <summary>Null until it is validated.</summary>
    public JobInput? Input { get; set; }

    public JobOutput? Output { get; set; }

    /// <summary>Why it has failed.</summary>
    public string? Message { get; set; }

    public DateTimeOffset EndsAt => Message is not null ? Plan.ScheduledAt : StoppingAt + Plan.StopTakes ?? Plan.EndsAt;

    public bool IsDone => Message is not null || Output is not null;

    public double DoneAtEnd => StoppingAt is { } stopping ? Plan.DoneAt(stopping) : Plan.DoneAtEnd;

    public string StatusAt(DateTimeOffset now) =>
        Message is not null ? "Failed"
        : Output is not null ? StoppingAt is not null ? "Stopped" : Plan.DoneAtEnd == 1 ? "Completed" : Plan.DoneAtEnd == 0 ? "Expired" : "PartiallyCompleted"
        : StoppingAt is not null ? "Stopping"
        : now < Plan.ValidatingAt ? "Submitted"
        : now < Plan.ScheduledAt ? "Validating"
        : now < Plan.StartsAt ? "Scheduled"
        : "InProgress";

    /// <summary>The last change of its status.</summary>
    public DateTimeOffset ModifiedAt(DateTimeOffset now) => IsDone ? EndsAt : StoppingAt
        ?? new[] { SubmittedAt, Plan.ValidatingAt, Plan.ScheduledAt, Plan.StartsAt }.Last(at => at == SubmittedAt || at <= now);
}

/// <summary>The objects of the input with their lines.</summary>
internal sealed record JobInput(IReadOnlyList<JobFile> Files)
{
    public int Records => Files.Sum(file => file.Lines.Count);
}

/// <param name="Name">Of the object inside the input's folder.</param>
internal sealed record JobFile(string Name, FileContent Content, IReadOnlyList<JsonLine> Lines, IReadOnlyList<string> RecordIds);

internal readonly record struct JobOutput(int Succeeded, int Failed, long InputTokens, long OutputTokens, decimal CostUsd);
