using Leeway.Sandbox.Files;
using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.Batches;

/// <summary>
/// One batch: <c>validating → in_progress → finalizing → completed</c>, or <c>failed</c>, <c>expired</c>, or <c>cancelling → cancelled</c>.
/// Its state follows from the plan, the clock, and what <see cref="BatchRunner"/> has found out so far.
/// </summary>
internal sealed class SandboxBatch
{
    public required string Id { get; init; }

    public required string Endpoint { get; init; }

    public required string InputFileId { get; init; }

    /// <summary>The input as it was at create; null when there was none with this id. Deleting the file later does not stop the batch.</summary>
    public required StoredFile? InputFile { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public required TimeSpan OutputExpiresAfter { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it can be listed and read.</summary>
    public required DateTimeOffset VisibleAt { get; init; }

    public required BatchPlan Plan { get; init; }

    public required bool FailsByTokenLimit { get; init; }

    public required bool AnswerIsLost { get; init; }

    public bool HasEnded => Output is not null || Input?.Error is not null;

    /// <summary>Held while the batch is validated or run, so that each happens once.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    public BatchInput? Input { get; set; }

    public BatchOutput? Output { get; set; }

    public DateTimeOffset? CancellingAt { get; set; }

    /// <summary>True once its end has been taken for the webhook.</summary>
    public bool IsTold { get; set; }

    public DateTimeOffset? CancelledAt => CancellingAt + Plan.CancelTakes;

    public DateTimeOffset EndsAt => Input?.Error is not null ? Plan.InProgressAt : CancelledAt ?? Plan.EndsAt;

    /// <summary>Share of the rows that have run when the batch ends.</summary>
    public double DoneAtEnd => CancellingAt is { } cancelling ? Plan.DoneAt(cancelling) : Plan.DoneAtEnd;

    public string StatusAt(DateTimeOffset now) => this switch
    {
        { Input.Error: not null } => "failed",
        { Output: not null, CancellingAt: not null } => "cancelled",
        { Output: not null } => Plan.Expires ? "expired" : "completed",
        { CancellingAt: not null } => "cancelling",
        { Input: null } => "validating",
        _ => now < Plan.FinalizingAt || Plan.Expires ? "in_progress" : "finalizing",
    };
}

/// <summary>What validation found. With an error the batch has failed and the rest is empty.</summary>
internal sealed record BatchInput(FileContent Content, IReadOnlyList<JsonLine> Lines, SandboxModel? Model, string? ModelName, long PromptTokens, BatchLineError? Error)
{
    public static BatchInput Failed(BatchLineError error) => new(new FileContent([]), [], null, null, 0, error);
}

/// <summary>An entry of a failed batch's <c>errors</c>.</summary>
internal sealed record BatchLineError(string Code, string Message, string? Param, int? Line);

/// <summary>What a batch has left when it ended. <paramref name="Usage"/> sums the successful rows.</summary>
internal sealed record BatchOutput(string? OutputFileId, string? ErrorFileId, int Completed, int Failed, int Billed, TokenUsage Usage, decimal CostUsd);
