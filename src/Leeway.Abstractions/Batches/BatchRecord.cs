namespace Leeway;

/// <summary>A set of requests sealed for one submission, as stored.</summary>
public sealed record BatchRecord
{
    /// <summary>Its id.</summary>
    public required BatchId Id { get; init; }

    /// <summary>Its state.</summary>
    public required BatchState State { get; init; }

    /// <summary>What its members have in common.</summary>
    public required GroupKey Group { get; init; }

    /// <summary>The priority whose trigger sealed it.</summary>
    public required Priority Priority { get; init; }

    /// <summary>Why it was sealed: requests, bytes, tokens, age, window, last_safe_moment, run, request; balance, size, lull where sealing is adaptive.</summary>
    public required string SealReason { get; init; }

    /// <summary>The same as a sentence with its numbers; null for batches of older versions.</summary>
    public string? SealNote { get; init; }

    /// <summary>When it was sealed, UTC.</summary>
    public required DateTimeOffset SealedAt { get; init; }

    /// <summary>The earliest deadline among its members, UTC.</summary>
    public required DateTimeOffset EarliestDeadline { get; init; }

    /// <summary>Members at sealing.</summary>
    public required int Requests { get; init; }

    /// <summary>Sum of the members' body bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Sum of the members' estimated input tokens: what counts against the enqueued-token limit.</summary>
    public required long EstimatedInputTokens { get; init; }

    /// <summary>How often create was intended, from 1; part of the fingerprint.</summary>
    public int CreateAttempt { get; init; }

    /// <summary>When the latest create was intended, UTC.</summary>
    public DateTimeOffset? IntendedAt { get; init; }

    /// <summary>The provider's id of the uploaded input.</summary>
    public string? InputFile { get; init; }

    /// <summary>The provider's id of the job.</summary>
    public string? ProviderBatch { get; init; }

    /// <summary>What the provider last said.</summary>
    public ProviderBatchStatus? ProviderStatus { get; init; }

    /// <summary>When its state, or what the provider says, last changed, UTC: kept among its steps, and null when it was read back.</summary>
    public DateTimeOffset? SteppedAt { get; init; }

    /// <summary>When the provider took it, UTC.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>When to poll next, UTC.</summary>
    public DateTimeOffset? NextPollAt { get; init; }

    /// <summary>Polls so far without a change, for the back-off.</summary>
    public int QuietPolls { get; init; }

    /// <summary>Rows that were answered: while it runs as the provider counts them, null where it does not tell; once collected as its rows say.</summary>
    public int? Completed { get; init; } = 0;

    /// <summary>Rows that were refused or did not run, told as <see cref="Completed"/> is. A row that is missing counts in neither.</summary>
    public int? Failed { get; init; } = 0;

    /// <summary>The provider's id of the results.</summary>
    public string? OutputFile { get; init; }

    /// <summary>The provider's id of the errors.</summary>
    public string? ErrorFile { get; init; }

    /// <summary>When collection ended, UTC.</summary>
    public DateTimeOffset? CollectedAt { get; init; }

    /// <summary>Whether the provider's files were deleted.</summary>
    public bool FilesDeleted { get; init; }

    /// <summary>The latest trouble, for people.</summary>
    public string? Note { get; init; }

    /// <summary>What create carries in its metadata, so that a lost answer can be found again.</summary>
    public string Fingerprint => $"{Id}.{CreateAttempt}";
}
