namespace Leeway;

/// <summary>When results first reached their owners, and the ended requests they belong to.</summary>
public interface IPickupStore
{
    /// <summary>Notes that results reached their owners. The first note of a request stands; requests that have not ended, or are gone, are left out.</summary>
    Task NoteAsync(IReadOnlyList<RequestId> ids, PickupWay way, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Requests that ended between two instants and are still stored, the latest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<EndedRequest>> LoadEndedAsync(DateTimeOffset since, DateTimeOffset until, int limit, CancellationToken cancellationToken);
}
