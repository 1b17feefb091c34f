namespace Leeway;

/// <summary>The state machine of a batch, as data. How the provider's job ended is kept apart, in <see cref="ProviderBatchStatus"/>.</summary>
public static class BatchTransitions
{
    private static readonly (BatchState From, BatchState To)[] Allowed =
    [
        (BatchState.Sealed, BatchState.Submitting),
        (BatchState.Sealed, BatchState.Abandoned),
        (BatchState.Submitting, BatchState.Submitted),
        (BatchState.Submitting, BatchState.Quarantined),
        (BatchState.Submitting, BatchState.Abandoned),
        (BatchState.Submitting, BatchState.Sealed),
        (BatchState.Quarantined, BatchState.Submitted),
        (BatchState.Quarantined, BatchState.Submitting),
        (BatchState.Quarantined, BatchState.Abandoned),
        (BatchState.Submitted, BatchState.Running),
        (BatchState.Submitted, BatchState.Finalizing),
        (BatchState.Submitted, BatchState.Collecting),
        (BatchState.Running, BatchState.Finalizing),
        (BatchState.Running, BatchState.Collecting),
        (BatchState.Finalizing, BatchState.Collecting),
        (BatchState.Collecting, BatchState.Collected),
    ];

    /// <summary>Every allowed step.</summary>
    public static IReadOnlyList<(BatchState From, BatchState To)> All => Allowed;

    /// <summary>Whether a batch may go from <paramref name="from"/> to <paramref name="to"/>; staying is always allowed.</summary>
    public static bool IsAllowed(BatchState from, BatchState to) => from == to || Array.IndexOf(Allowed, (from, to)) >= 0;

    /// <summary>Whether <paramref name="state"/> is an end.</summary>
    public static bool IsEnded(this BatchState state) => state >= BatchState.Collected;
}
