using Leeway.Planning;

namespace Leeway.Queue;

/// <summary>An open request in memory: the narrow row, and when something must happen to it. Mutable; guarded by the index's lock.</summary>
internal sealed class IndexEntry(QueuedRequest request)
{
    public RequestId Id => Request.Id;

    public QueuedRequest Request { get; set; } = request;

    /// <summary>The pool it is in, or was.</summary>
    public PoolKey PoolKey { get; set; }

    /// <summary>The lane it is meant to travel by.</summary>
    public Lane Lane { get; set; }

    /// <summary>When its pool must be sealed for its sake.</summary>
    public DateTimeOffset SealAt { get; set; }

    /// <summary>Why then.</summary>
    public string SealReason { get; set; } = "";

    /// <summary>Whether it waits for a cheaper hour apart from its pool, whose batches go earlier.</summary>
    public bool WaitsForPrice { get; set; }

    /// <summary>When it must go on its own, if it is still open then.</summary>
    public DateTimeOffset DispatchAt { get; set; }

    /// <summary>It does not go on its own before: it was told to wait after a failure.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>The lane for which <see cref="NotBefore"/> holds; null for every one.</summary>
    public Lane? NotBeforeBy { get; set; }

    /// <summary>Whether it was handed out to go on its own, and is not back yet.</summary>
    public bool IsHandedOut { get; set; }

    /// <summary>How it goes then.</summary>
    public Lane DispatchLane { get; set; } = Lane.RealTime;

    /// <summary>The numbers behind its plan.</summary>
    public PlanBasis? Basis { get; set; }

    /// <summary>Grows with each change of <see cref="SealAt"/>, so that an older heap node is known to be stale.</summary>
    public int SealVersion { get; set; }

    /// <summary>The same for <see cref="DispatchAt"/>.</summary>
    public int DispatchVersion { get; set; }

    /// <summary>When it must start in real time at the latest.</summary>
    public DateTimeOffset LatestStart { get; set; }

    /// <summary>Grows when it leaves the order of <see cref="LatestStart"/>.</summary>
    public int StartVersion { get; set; }

    /// <summary>What it counts to while it may fall to real time; null while it is being answered or cannot.</summary>
    public DemandJob? Job { get; set; }

    /// <summary>Whether it goes in real time before its time, for want of room later.</summary>
    public bool Promoted { get; set; }
}
