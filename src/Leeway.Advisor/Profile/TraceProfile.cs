namespace Leeway.Advisor.Profile;

/// <summary>What a trace is like. Null is what the trace does not tell.</summary>
public sealed record TraceProfile
{
    /// <summary>How much.</summary>
    public required TraceVolume Volume { get; init; }

    /// <summary>How requests follow each other; null for sums per bucket and for fewer than three requests.</summary>
    public required ArrivalProfile? Arrivals { get; init; }

    /// <summary>When in the day and the week.</summary>
    public required LoadByHour Hours { get; init; }

    /// <summary>Input tokens of a request; null for sums per bucket.</summary>
    public required Percentiles? Input { get; init; }

    /// <summary>Output tokens of a request; null for sums per bucket.</summary>
    public required Percentiles? Output { get; init; }

    /// <summary>Seconds from request to answer.</summary>
    public required Percentiles? LatencySeconds { get; init; }

    /// <summary>What comes twice.</summary>
    public required DuplicateProfile Duplicates { get; init; }

    /// <summary>What an ideal prefix cache would save.</summary>
    public required PrefixReuse? Reuse { get; init; }

    /// <summary>By model, the most tokens first.</summary>
    public required IReadOnlyList<ModelLoad> Models { get; init; }

    /// <summary>By sender, route or model, whichever the trace has; the most tokens first.</summary>
    public required IReadOnlyList<ClassProfile> Classes { get; init; }

    /// <summary>Who waits for whom.</summary>
    public required Contention? Contention { get; init; }
}

/// <summary>How much.</summary>
public sealed record TraceVolume
{
    /// <summary>Requests; for sums per bucket, as they count them.</summary>
    public required long Requests { get; init; }

    /// <summary>Tokens of input, cached ones included.</summary>
    public required long InputTokens { get; init; }

    /// <summary>The part of the input that was read from a cache.</summary>
    public required long CachedTokens { get; init; }

    /// <summary>Tokens of output.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>The first request.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The last request; for sums per bucket, the end of the last bucket.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>True when the trace counts from its own start: hours of the day mean nothing then.</summary>
    public required bool RelativeTime { get; init; }

    /// <summary>Seconds from first to last.</summary>
    public double SpanSeconds => (Until - From).TotalSeconds;

    /// <summary>Null when all came in one instant.</summary>
    public double? RequestsPerSecond => SpanSeconds > 0 ? Requests / SpanSeconds : null;

    /// <summary>USD at once, at today's list price, priced requests only; null when none is priced.</summary>
    public required decimal? ListCostUsd { get; init; }

    /// <summary>USD that the trace says was paid; null when it does not.</summary>
    public required decimal? PaidUsd { get; init; }

    /// <summary>Share of requests whose model has no known price.</summary>
    public required double UnpricedShare { get; init; }

    /// <summary>Share of tokens whose model has no known price.</summary>
    public required double UnpricedTokenShare { get; init; }
}

/// <summary>What comes twice.</summary>
/// <param name="Rows">Rows that repeat another one's id, or all of its figures at the same instant; null where neither can be told.</param>
/// <param name="By"><c>id</c> or <c>figures</c>.</param>
/// <param name="Prompts">Requests whose prompt came before; null when the trace tells no prompts.</param>
public sealed record DuplicateProfile(long? Rows, string? By, long? Prompts);

/// <summary>What a prefix cache that never forgets would serve.</summary>
/// <param name="BlockTokens">Tokens of a block.</param>
/// <param name="Tokens">Input tokens in the blocks.</param>
/// <param name="ReusableTokens">Those in blocks that came before.</param>
public sealed record PrefixReuse(int BlockTokens, long Tokens, long ReusableTokens)
{
    public double Share => Tokens > 0 ? (double)ReusableTokens / Tokens : 0;
}
