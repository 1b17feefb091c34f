namespace Leeway.Gateway.Ingress;

/// <summary>Notes when results reach their owners, once they have been written to them.</summary>
internal sealed class Pickups(IPickupStore store, TimeProvider clock)
{
    /// <summary>Notes one; nothing while <paramref name="record"/> is open.</summary>
    public Task NoteAsync(RequestRecord record, PickupWay way) => record.Request.State.IsEnded() ? NoteAsync([record.Request.Id], way) : Task.CompletedTask;

    /// <summary>Notes some.</summary>
    public async Task NoteAsync(IReadOnlyList<RequestId> ids, PickupWay way)
    {
        try
        {
            // The caller has what it wanted: whether it stays for this does not matter.
            await store.NoteAsync(ids, way, clock.GetUtcNow(), CancellationToken.None);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or StorageUnavailableException or NodeLeaseLostException)
        {
            // The gateway stops, or its database or its lease is away. The result was given, and a note is not worth an error.
        }
    }
}
