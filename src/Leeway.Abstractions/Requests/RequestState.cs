namespace Leeway;

/// <summary>
/// Where a deferred request is. Numbers are persisted; the allowed steps are in <see cref="RequestTransitions"/>.
/// </summary>
public enum RequestState
{
    /// <summary>Durable and waiting for a lane.</summary>
    Queued = 1,

    /// <summary>A member of a batch that is not yet at the provider.</summary>
    Sealed = 2,

    /// <summary>In a batch at the provider.</summary>
    Submitted = 3,

    /// <summary>Being answered in real time.</summary>
    Running = 4,

    /// <summary>Ended with the provider's answer. Final.</summary>
    Succeeded = 10,

    /// <summary>Ended with an error. Final.</summary>
    Failed = 11,

    /// <summary>The deadline passed without a result.</summary>
    Expired = 12,

    /// <summary>Withdrawn by its owner. Soft: a paid result that arrives later replaces it.</summary>
    Cancelled = 13,
}
