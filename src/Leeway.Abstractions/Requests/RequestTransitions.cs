namespace Leeway;

/// <summary>The state machine of a request, as data.</summary>
public static class RequestTransitions
{
    private static readonly (RequestState From, RequestState To)[] Allowed =
    [
        (RequestState.Queued, RequestState.Sealed),
        (RequestState.Queued, RequestState.Running),
        (RequestState.Sealed, RequestState.Submitted),
        (RequestState.Sealed, RequestState.Running),
        (RequestState.Submitted, RequestState.Running),
        // A batch that failed, expired or lost a row gives its members back.
        (RequestState.Sealed, RequestState.Queued),
        (RequestState.Submitted, RequestState.Queued),
        (RequestState.Running, RequestState.Queued),
        (RequestState.Submitted, RequestState.Succeeded),
        (RequestState.Submitted, RequestState.Failed),
        (RequestState.Running, RequestState.Succeeded),
        (RequestState.Running, RequestState.Failed),
        (RequestState.Queued, RequestState.Succeeded),
        (RequestState.Queued, RequestState.Failed),
        (RequestState.Queued, RequestState.Expired),
        (RequestState.Sealed, RequestState.Expired),
        (RequestState.Submitted, RequestState.Expired),
        (RequestState.Running, RequestState.Expired),
        (RequestState.Queued, RequestState.Cancelled),
        (RequestState.Sealed, RequestState.Cancelled),
        (RequestState.Submitted, RequestState.Cancelled),
        (RequestState.Running, RequestState.Cancelled),
        // Soft ends: a paid result that arrives later replaces them.
        (RequestState.Cancelled, RequestState.Succeeded),
        (RequestState.Expired, RequestState.Succeeded),
    ];

    /// <summary>Every allowed step.</summary>
    public static IReadOnlyList<(RequestState From, RequestState To)> All => Allowed;

    /// <summary>Whether a request may go from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static bool IsAllowed(RequestState from, RequestState to) => Array.IndexOf(Allowed, (from, to)) >= 0;

    /// <summary>Whether <paramref name="state"/> is an end.</summary>
    public static bool IsEnded(this RequestState state) => state >= RequestState.Succeeded;
}
