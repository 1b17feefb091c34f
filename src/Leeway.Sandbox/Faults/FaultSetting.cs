namespace Leeway.Sandbox.Faults;

/// <summary>When one fault strikes: the <see cref="Next"/> opportunities surely, later ones with <see cref="Probability"/>.</summary>
public sealed record FaultSetting
{
    /// <summary>How many of the next opportunities (calls, creates, rows) it strikes.</summary>
    public int Next { get; init; }

    /// <summary>Chance at each opportunity beyond <see cref="Next"/>, drawn by seed; 0 to 1.</summary>
    public double Probability { get; init; }

    /// <summary>For the HTTP faults: start of the calls it strikes, <c>/v1/batches</c> or <c>POST /v1/batches</c>. Null is whatever a model answers in real time.</summary>
    public string? Route { get; init; }

    /// <summary>Seconds in <c>Retry-After</c> of <c>rate_limit</c> (1) and, when set, of <c>server_error</c>.</summary>
    public double? RetryAfter { get; init; }

    /// <summary>HTTP status of <c>server_error</c>, 500 to 599; 529 is Anthropic's <c>overloaded_error</c>. AWS also has 408 (model timeout), 424 (model error) and 429 (model not ready).</summary>
    public int? Status { get; init; }

    /// <summary>Length of <c>slow_first_byte</c> and <c>create_late</c> on the sandbox's clock.</summary>
    public double? Seconds { get; init; }

    /// <summary>Chunks sent before a stream fault (3).</summary>
    public int? AfterChunks { get; init; }

    internal string? Problem() =>
        Next < 0 ? "next is negative"
        : Probability is not (>= 0 and <= 1) ? "probability is not from 0 to 1"
        : Status is not (null or 408 or 424 or 429 or (>= 500 and <= 599)) ? "status is not 408, 424, 429 or from 500 to 599"
        : RetryAfter is < 0 ? "retry_after is negative"
        : Seconds is not (null or (>= 0 and <= 1e9)) ? "seconds is not from 0 to 1e9"
        : AfterChunks is < 0 ? "after_chunks is negative"
        : null;
}
