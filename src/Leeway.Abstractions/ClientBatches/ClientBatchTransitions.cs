namespace Leeway;

/// <summary>The state machine of a client's batch, as data.</summary>
public static class ClientBatchTransitions
{
    private static readonly (ClientBatchState From, ClientBatchState To)[] Allowed =
    [
        (ClientBatchState.Validating, ClientBatchState.InProgress),
        (ClientBatchState.Validating, ClientBatchState.Failed),
        (ClientBatchState.Validating, ClientBatchState.Cancelling),
        (ClientBatchState.InProgress, ClientBatchState.Finalizing),
        (ClientBatchState.InProgress, ClientBatchState.Cancelling),
        (ClientBatchState.Finalizing, ClientBatchState.Completed),
        (ClientBatchState.Finalizing, ClientBatchState.Expired),
        (ClientBatchState.Cancelling, ClientBatchState.Cancelled),
    ];

    /// <summary>Every allowed step.</summary>
    public static IReadOnlyList<(ClientBatchState From, ClientBatchState To)> All => Allowed;

    /// <summary>Whether a batch may go from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static bool IsAllowed(ClientBatchState from, ClientBatchState to) => Array.IndexOf(Allowed, (from, to)) >= 0;

    /// <summary>Whether <paramref name="state"/> is an end.</summary>
    public static bool IsEnded(this ClientBatchState state) => state >= ClientBatchState.Completed;
}
