using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Files;

namespace Leeway.Sandbox.MessageBatches;

/// <summary>One batch of messages: <c>in_progress → ended</c>, or <c>in_progress → canceling → ended</c>. Success and failure are in its rows only.</summary>
internal sealed class MessageBatch
{
    /// <summary>How long results can be read, from creation on.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(29);

    public required string Id { get; init; }

    public required MessageBatchInput Input { get; init; }

    /// <summary>Of the API, as the creator's header names it.</summary>
    public required string? Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it can be listed and read.</summary>
    public required DateTimeOffset VisibleAt { get; init; }

    public required BatchPlan Plan { get; init; }

    public required bool AnswerIsLost { get; init; }

    /// <summary>Held while the batch is run, so that it runs once.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    public MessageBatchOutput? Output { get; set; }

    public DateTimeOffset? CancelingAt { get; set; }

    public bool IsDeleted { get; set; }

    public DateTimeOffset EndsAt => CancelingAt + Plan.CancelTakes ?? Plan.EndsAt;

    /// <summary>Share of the rows that have run when the batch ends.</summary>
    public double DoneAtEnd => CancelingAt is { } canceling ? Plan.DoneAt(canceling) : Plan.DoneAtEnd;

    public string Status => Output is not null ? "ended" : CancelingAt is not null ? "canceling" : "in_progress";
}

/// <summary>The requests of a create body, each a line of one JSON object.</summary>
/// <param name="Model">When all name the same; null otherwise.</param>
internal sealed record MessageBatchInput(FileContent Content, IReadOnlyList<JsonLine> Lines, IReadOnlyCollection<string> CustomIds, string? Model);

/// <summary>How many rows ended in which way, and their lines.</summary>
internal sealed record MessageBatchOutput(FileContent Results, MessageCounts Counts, decimal CostUsd);

internal readonly record struct MessageCounts(int Succeeded, int Errored, int Canceled, int Expired);
