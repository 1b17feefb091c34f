namespace Leeway;

/// <summary>What a row of a results file says.</summary>
public enum BatchRowKind
{
    /// <summary>The request ran; <see cref="BatchRow.StatusCode"/> and <see cref="BatchRow.Body"/> hold its answer, which may be an error of the request's own.</summary>
    Answered,

    /// <summary>The window closed before it ran; not billed.</summary>
    Expired,

    /// <summary>The job was cancelled before it ran; not billed.</summary>
    Cancelled,

    /// <summary>It did not run for another reason; <see cref="BatchRow.ErrorCode"/> says which.</summary>
    NotRun,

    /// <summary>The line is not a row.</summary>
    Unreadable,
}

/// <summary>One row of a results file.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="CorrelationId">The id it carries, verbatim; null when it carries none.</param>
/// <param name="StatusCode">HTTP status of an answered row.</param>
/// <param name="Body">The answer's JSON; a slice of the line.</param>
/// <param name="Usage">Tokens of an answered row, when told.</param>
/// <param name="ErrorCode">The provider's code of a row that did not run.</param>
public readonly record struct BatchRow(BatchRowKind Kind, string? CorrelationId, int StatusCode, ReadOnlyMemory<byte> Body, ReportedUsage? Usage, string? ErrorCode);
