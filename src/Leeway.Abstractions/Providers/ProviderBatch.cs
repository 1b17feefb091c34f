namespace Leeway;

/// <summary>A provider's job, in one vocabulary.</summary>
public sealed record ProviderBatch
{
    /// <summary>The provider's id.</summary>
    public required string Id { get; init; }

    /// <summary>Its state.</summary>
    public required ProviderBatchStatus Status { get; init; }

    /// <summary>Our fingerprint as found in its metadata, or null.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>
    /// The correlation id of one of its rows, where jobs have no metadata and this one has ended: it tells whose the job is. Null when
    /// that cannot be told, or not yet.
    /// </summary>
    public string? MemberId { get; init; }

    /// <summary>Requests in it, when told.</summary>
    public int? Requests { get; init; }

    /// <summary>
    /// The provider's id of the input it was created with; null when the requests travelled in the create call. Each of our batches uploads
    /// an input of its own, so where jobs have no metadata this tells whose the job is.
    /// </summary>
    public string? InputFile { get; init; }

    /// <summary>Results, or null while there are none or when every row failed.</summary>
    public string? OutputFile { get; init; }

    /// <summary>Errors, or null when no row failed.</summary>
    public string? ErrorFile { get; init; }

    /// <summary>Rows done so far, when told.</summary>
    public int? Completed { get; init; }

    /// <summary>Rows failed so far, when told.</summary>
    public int? Failed { get; init; }

    /// <summary>How far it is, in percent, where that is told and the rows are not counted.</summary>
    public int? Progress { get; init; }

    /// <summary>Why the job as a whole failed: the provider's code, e.g. <c>token_limit_exceeded</c>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The same for people.</summary>
    public string? ErrorMessage { get; init; }
}
