namespace Leeway;

/// <summary>The end of a request, to be recorded in one transaction with its money and its delivery.</summary>
public sealed record FinishedRequest
{
    /// <summary>The request.</summary>
    public required RequestId Id { get; init; }

    /// <summary>The attempt that ended it, or 0 when none did (expired or cancelled while queued).</summary>
    public required int Attempt { get; init; }

    /// <summary>Succeeded, failed, expired or cancelled.</summary>
    public required RequestState To { get; init; }

    /// <summary>The outcome of the attempt, e.g. <c>succeeded</c> or an error code.</summary>
    public required string Outcome { get; init; }

    /// <summary>The lane that gave the result.</summary>
    public required Lane Lane { get; init; }

    /// <summary>What the client gets.</summary>
    public required RequestResult Result { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The money of the attempt, or null when it cost none.</summary>
    public LedgerEntry? Entry { get; init; }

    /// <summary>The id of the delivery to write if the request has a webhook.</summary>
    public DeliveryId Delivery { get; init; }
}

/// <summary>What recording an end did.</summary>
public enum FinishOutcome
{
    /// <summary>The request ended with this result.</summary>
    Recorded,

    /// <summary>The request had already ended for good: only the entry was written, marked as a duplicate.</summary>
    AlreadyEnded,

    /// <summary>The same, and its attempt has its entry: nothing was written.</summary>
    Repeated,

    /// <summary>No such request: nothing was written.</summary>
    Unknown,
}
