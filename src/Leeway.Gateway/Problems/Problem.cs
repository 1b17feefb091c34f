namespace Leeway.Gateway.Problems;

/// <summary>A refusal, before it is written in a dialect. Every one names what was wrong, where, and what to do; see docs/errors.md.</summary>
internal sealed record Problem
{
    /// <summary>Stable, snake_case; a key of <see cref="ProblemTable"/>.</summary>
    public required string Code { get; init; }

    /// <summary>What was wrong and what to do.</summary>
    public required string Message { get; init; }

    /// <summary>The field or header it is about, or null.</summary>
    public string? Field { get; init; }

    /// <summary>The value found there, shortened; never a credential.</summary>
    public string? Value { get; init; }

    /// <summary>What to do, when it is apart from the message.</summary>
    public string? Remedy { get; init; }

    /// <summary>Overrides the table's status, for errors a provider gave.</summary>
    public int? Status { get; init; }

    /// <summary>When to come back.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The body to send as it is: the provider's own error in the caller's dialect.</summary>
    public ReadOnlyMemory<byte> Verbatim { get; init; }

    /// <summary>Message and remedy in one.</summary>
    public string FullMessage => Remedy is null ? Message : $"{Message} {Remedy}";
}
