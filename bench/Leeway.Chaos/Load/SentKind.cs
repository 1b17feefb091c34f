namespace Leeway.Chaos.Load;

/// <summary>How a request came in.</summary>
internal enum SentKind
{
    /// <summary>A deferred call that is answered 202.</summary>
    Async,

    /// <summary>A deferred call whose connection is held until the answer.</summary>
    Held,

    /// <summary>A line of a run.</summary>
    RunLine,

    /// <summary>A line of a batch file.</summary>
    BatchLine,

    /// <summary>A call in real time, which nobody repeats.</summary>
    RealTime,
}
