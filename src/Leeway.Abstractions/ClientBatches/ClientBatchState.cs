namespace Leeway;

/// <summary>Where a client's batch is. Numbers are persisted; the allowed steps are in <see cref="ClientBatchTransitions"/>.</summary>
public enum ClientBatchState
{
    /// <summary>Its lines are being checked and made durable.</summary>
    Validating = 1,

    /// <summary>Its lines are requests; some are open.</summary>
    InProgress = 2,

    /// <summary>Every line has ended; its files are being written.</summary>
    Finalizing = 3,

    /// <summary>Its owner withdrew it; what is paid for already is awaited.</summary>
    Cancelling = 4,

    /// <summary>Every line has ended in time. Final.</summary>
    Completed = 10,

    /// <summary>Refused for its lines: none ran. Final.</summary>
    Failed = 11,

    /// <summary>Every line has ended, some by their deadline. Final.</summary>
    Expired = 12,

    /// <summary>Withdrawn. Final.</summary>
    Cancelled = 13,
}
