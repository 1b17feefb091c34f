namespace Leeway;

/// <summary>Where one of our provider batches is. Numbers are persisted; steps are in <see cref="BatchTransitions"/>.</summary>
public enum BatchState
{
    /// <summary>Members are fixed; nothing has been sent.</summary>
    Sealed = 1,

    /// <summary>The intent is written; upload and create are under way, or their outcome is unknown.</summary>
    Submitting = 2,

    /// <summary>Create may or may not have happened, and the provider's list cannot tell yet.</summary>
    Quarantined = 3,

    /// <summary>The provider's id is known.</summary>
    Submitted = 4,

    /// <summary>The provider works on it.</summary>
    Running = 5,

    /// <summary>The provider writes its files.</summary>
    Finalizing = 6,

    /// <summary>The provider is done, whatever the end; rows are being read.</summary>
    Collecting = 7,

    /// <summary>Every member has its row's outcome, or was given back to the queue. Final.</summary>
    Collected = 10,

    /// <summary>Never reached the provider; members were given back to the queue. Final.</summary>
    Abandoned = 11,
}
