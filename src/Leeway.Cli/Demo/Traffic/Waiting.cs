namespace Leeway.Cli.Demo.Traffic;

/// <summary>How a call waits.</summary>
internal enum Waiting
{
    /// <summary>For an answer now.</summary>
    Urgent,

    /// <summary>Deferred, on an open connection.</summary>
    Held,

    /// <summary>Deferred, answered 202.</summary>
    Asynchronous,
}
