namespace Leeway.Queue;

// Requests that a flex tier would not answer.
public sealed partial class QueueIndex
{
    /// <summary>
    /// Takes a request back whose try by flex gave no answer: into the queue, or into its batch when <paramref name="state"/> is a batch's. It
    /// does not go by flex again before <paramref name="wait"/> has passed; all else is as the policy plans it.
    /// </summary>
    /// <param name="id">The request.</param>
    /// <param name="state">Where it is now.</param>
    /// <param name="wait">Until the next try.</param>
    /// <param name="refused">Whether the tier had no room; false when the try came to nothing in another way.</param>
    public void MarkTried(RequestId id, RequestState state, TimeSpan wait, bool refused) => PutOff(id, wait, request => request with
    {
        State = state,
        Batch = state == RequestState.Queued ? null : request.Batch,
        FlexRefusals = request.FlexRefusals + (refused ? 1 : 0),
    });

    /// <summary>Keeps an open request from going by flex before <paramref name="wait"/> has passed: the tier is known to refuse.</summary>
    public void PutOff(RequestId id, TimeSpan wait) => PutOff(id, wait, static request => request);

    private void PutOff(RequestId id, TimeSpan wait, Func<QueuedRequest, QueuedRequest> change)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(id, out IndexEntry? entry))
            {
                Leave_NeedsLock(entry);
                entry.Request = change(entry.Request) with { LastRefusedAt = clock.GetUtcNow() };
                Place_NeedsLock(entry, wait, Lane.Flex);
            }
        }

        Changed?.Invoke();
    }
}
