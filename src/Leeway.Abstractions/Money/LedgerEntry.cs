namespace Leeway;

/// <summary>One attempt that cost money, or may have. Unique by (<see cref="RequestId"/>, <see cref="Attempt"/>); append-only.</summary>
public sealed record LedgerEntry
{
    /// <summary>The request paid for.</summary>
    public required RequestId RequestId { get; init; }

    /// <summary>The attempt, numbered from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>When the cost was settled, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The lane the attempt travelled by.</summary>
    public required Lane Lane { get; init; }

    /// <summary>The priority of the request.</summary>
    public required Priority Priority { get; init; }

    /// <summary>The deployment that answered, e.g. <c>openai/gpt-4o</c>.</summary>
    public required string Deployment { get; init; }

    /// <summary>The model the client asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Who asked: a label of the caller's credential, never the credential.</summary>
    public required string Caller { get; init; }

    /// <summary>Tokens the provider counted.</summary>
    public required TokenUsage Usage { get; init; }

    /// <summary>The tier that the provider says it served at.</summary>
    public ServedTier Tier { get; init; }

    /// <summary>The provider's own usage as JSON without spaces, at most <see cref="ReportedUsage.MostRaw"/> bytes; empty when it told none, or a longer one.</summary>
    public ReadOnlyMemory<byte> RawUsage { get; init; }

    /// <summary>USD paid; null when the price is unknown.</summary>
    public required decimal? Cost { get; init; }

    /// <summary>USD the same tokens cost in real time; null when the price is unknown.</summary>
    public required decimal? ListCost { get; init; }

    /// <summary>The price in force at dispatch; null when unknown.</summary>
    public required string? PriceVersion { get; init; }

    /// <summary>True when this attempt was paid although another attempt gave the result: a rescue's late batch row, a twin.</summary>
    public bool Duplicate { get; init; }

    /// <summary>True when the usage is an estimate, because the answer broke off before the provider told it.</summary>
    public bool Estimated { get; init; }
}
