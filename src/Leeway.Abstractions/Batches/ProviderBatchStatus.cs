namespace Leeway;

/// <summary>What the provider says of its job, in one vocabulary. Numbers are persisted.</summary>
public enum ProviderBatchStatus
{
    /// <summary>Checking the input.</summary>
    Validating = 1,

    /// <summary>Running.</summary>
    InProgress = 2,

    /// <summary>Writing results.</summary>
    Finalizing = 3,

    /// <summary>A cancel is under way.</summary>
    Cancelling = 4,

    /// <summary>Ended with results; rows may have failed.</summary>
    Completed = 10,

    /// <summary>The job as a whole was refused; nothing ran.</summary>
    Failed = 11,

    /// <summary>The window closed; rows done until then count.</summary>
    Expired = 12,

    /// <summary>Cancelled; rows done until then count.</summary>
    Cancelled = 13,
}
