namespace Leeway;

/// <summary>A client's batch: its lines are requests like any other and share provider batches with everyone else's.</summary>
public sealed record ClientBatch
{
    /// <summary>Its id.</summary>
    public required ClientBatchId Id { get; init; }

    /// <summary>Whose shapes it came in and is answered in.</summary>
    public required Dialect Dialect { get; init; }

    /// <summary>Where it is.</summary>
    public required ClientBatchState State { get; init; }

    /// <summary>The team that owns it.</summary>
    public required string Team { get; init; }

    /// <summary>Who asked, as the ledger names them.</summary>
    public required string Caller { get; init; }

    /// <summary>The path all of its lines ask for.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The file of its lines.</summary>
    public required FileId InputFile { get; init; }

    /// <summary>How its lines wait.</summary>
    public required ClientBatchTerms Terms { get; init; }

    /// <summary>The client's metadata as a JSON object, or null.</summary>
    public string? MetadataJson { get; init; }

    /// <summary>Whether good lines run though others are bad; bad ones end in the error file then.</summary>
    public bool AcceptsPartly { get; init; }

    /// <summary>How long its result files are kept; null: as long as such files are.</summary>
    public TimeSpan? OutputLifetime { get; init; }

    /// <summary>The webhook endpoint to tell, or null.</summary>
    public WebhookId? Webhook { get; init; }

    /// <summary>The mail address to tell, or null.</summary>
    public MailId? Mail { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its lines were durable, UTC.</summary>
    public DateTimeOffset? InProgressAt { get; init; }

    /// <summary>When its last line had ended, UTC.</summary>
    public DateTimeOffset? FinalizingAt { get; init; }

    /// <summary>When its owner withdrew it, UTC.</summary>
    public DateTimeOffset? CancellingAt { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The only model its lines name; null when there are several, or none is known yet.</summary>
    public string? Model { get; init; }

    /// <summary>How many lines it has, bad ones included; 0 until they are counted.</summary>
    public int Lines { get; init; }

    /// <summary>Its lines as they ended. While it is open, <see cref="IClientBatchStore.CountAsync"/> tells.</summary>
    public ClientBatchCounts Counts { get; init; }

    /// <summary>Tokens of its answers, once it has ended.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>The id its output file has, or would have.</summary>
    public required FileId OutputFile { get; init; }

    /// <summary>The id its error file has, or would have.</summary>
    public required FileId ErrorFile { get; init; }

    /// <summary>The printed id.</summary>
    public string PrintedId => Id.Print(Dialect);
}

/// <summary>How the lines of a batch wait, decided when it is created.</summary>
/// <param name="Window">The completion window as its owner wrote it.</param>
/// <param name="ExpiresAt">By when every line has a result; no line waits longer, UTC.</param>
/// <param name="Priority">The preset that means.</param>
/// <param name="IsFixed">Whether a header or the base path said so, which goes before what lines say themselves.</param>
/// <param name="PinnedLane">The lane the lines are pinned to, or null.</param>
/// <param name="MaxCost">USD the owner is willing to pay for each line, or null.</param>
public sealed record ClientBatchTerms(string Window, DateTimeOffset ExpiresAt, Priority Priority, bool IsFixed, Lane? PinnedLane, decimal? MaxCost);

/// <summary>Lines of a batch by how they ended.</summary>
/// <param name="Open">Not ended.</param>
/// <param name="Succeeded">With an answer.</param>
/// <param name="Failed">With an error of their own.</param>
/// <param name="Expired">Without a result in time.</param>
/// <param name="Cancelled">Withdrawn.</param>
/// <param name="Bad">Never accepted, in a batch that takes good lines though others are bad.</param>
public readonly record struct ClientBatchCounts(int Open, int Succeeded, int Failed, int Expired, int Cancelled, int Bad)
{
    /// <summary>All of them.</summary>
    public int Total => Open + Succeeded + Failed + Expired + Cancelled + Bad;

    /// <summary>Those that end in the error file.</summary>
    public int InErrorFile => Failed + Expired + Cancelled + Bad;
}
