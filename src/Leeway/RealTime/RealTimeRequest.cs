using Leeway.Routing;

namespace Leeway.RealTime;

/// <summary>A request on its way to a provider, now.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Attempt">The number of its first attempt here.</param>
/// <param name="Endpoint">The API path.</param>
/// <param name="Route">Who may serve it, best first.</param>
/// <param name="Call">Body and shape.</param>
/// <param name="Priority">For the ledger.</param>
/// <param name="Caller">For the ledger: a label of the credential.</param>
/// <param name="Stored">Whether it has a row of its own, as a deferred request has; decides how its entries are kept.</param>
public sealed record RealTimeRequest(RequestId Id, int Attempt, string Endpoint, Route Route, ProviderCall Call, Priority Priority, string Caller, bool Stored = false)
{
    /// <summary>The lane it travels by: real time, or flex, which makes one try at one deployment and does not insist.</summary>
    public Lane Lane { get; init; } = Lane.RealTime;

    /// <summary>How long the whole call may take, where that is not the deployment's to say; the answer's head may come with its end.</summary>
    public TimeSpan? Within { get; init; }
}

/// <summary>How a real-time dispatch ended.</summary>
/// <param name="Error">Null when the answer went to the sink whole.</param>
/// <param name="Entry">The money, if any was or may have been spent.</param>
/// <param name="Started">Whether the sink had begun; then the error has already been told.</param>
public readonly record struct RealTimeOutcome(ProviderError? Error, LedgerEntry? Entry, bool Started);
