namespace Leeway.Simulation.Stores;

/// <summary>A request in memory, about 150 bytes; what is kept beyond its end is in <see cref="History"/>, which is null unless everything is kept.</summary>
internal sealed class StoredRequest(NewRequest request, GroupKey group, StoredHistory? history)
{
    private readonly long _accepted = request.AcceptedAt.UtcTicks;
    private readonly long _deadline = request.Deadline.UtcTicks;
    private readonly sbyte _pinned = (sbyte)(request.PinnedLane is { } lane ? (int)lane : -1);

    public RequestId Id { get; } = request.Id;

    public GroupKey Group => group;

    public string Caller { get; } = request.Caller;

    public string Team { get; } = request.Team;

    public ReadOnlyMemory<byte> Body { get; } = request.Body;

    public int BodyBytes { get; } = request.BodyBytes;

    public int EstimatedInputTokens { get; } = request.EstimatedInputTokens;

    public Priority Priority { get; } = request.Priority;

    public RequestState State { get; set; } = RequestState.Queued;

    public Lane Lane { get; set; } = request.PinnedLane ?? Lane.Batch;

    public bool Rescued { get; set; }

    public int Attempts { get; set; }

    /// <summary>The attempt that is being made outside a batch, or 0.</summary>
    public int Running { get; set; }

    /// <summary>Whether the attempt that is being made outside a batch took it from one that the provider had.</summary>
    public bool LeftProvider { get; set; }

    /// <summary>The batch it is in, with its place there.</summary>
    public StoredBatch? Batch { get; set; }

    public int Place { get; set; }

    /// <summary>Open batches that it was once sealed into: until their rows are read, it stays.</summary>
    public int Holds { get; set; }

    /// <summary>Attempts below 64 that are paid, a bit for each.</summary>
    public ulong Paid { get; set; }

    public DateTimeOffset AcceptedAt => new(_accepted, TimeSpan.Zero);

    public DateTimeOffset Deadline => new(_deadline, TimeSpan.Zero);

    public Lane? PinnedLane => _pinned < 0 ? null : (Lane)_pinned;

    public StoredHistory? History => history;

    public QueuedRequest ToQueued() => new()
    {
        Id = Id,
        State = State,
        Priority = Priority,
        Group = group,
        AcceptedAt = AcceptedAt,
        Deadline = Deadline,
        PinnedLane = PinnedLane,
        BodyBytes = BodyBytes,
        EstimatedInputTokens = EstimatedInputTokens,
        Attempts = Attempts,
        Caller = Caller,
        Team = Team,
        Run = history?.Request.Run,
        Batch = State.IsEnded() ? null : Batch?.Record.Id,
    };

    public RequestRecord ToRecord() => new()
    {
        Request = ToQueued(),
        Lane = Lane,
        Rescued = Rescued,
        CustomId = history?.Request.CustomId,
        MetadataJson = history?.Request.MetadataJson,
        Webhook = history?.Request.Webhook,
        BodyHash = history?.Request.BodyHash,
        FinishedAt = history?.End?.At,
        Attempts = history is null ? [] : [.. history.Attempts],
        Result = history?.End?.Result,
        Entries = history is null ? [] : [.. history.Entries.Values],
    };
}

/// <summary>What is kept of a request where everything is kept.</summary>
internal sealed class StoredHistory(NewRequest request)
{
    public NewRequest Request => request;

    public List<RequestAttempt> Attempts { get; } = [];

    public SortedDictionary<int, LedgerEntry> Entries { get; } = [];

    public FinishedRequest? End { get; set; }
}
