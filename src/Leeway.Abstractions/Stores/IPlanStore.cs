namespace Leeway;

/// <summary>
/// Plans of stored requests. The first of a request is stored with it (<see cref="NewRequest.Plan"/>); all are deleted with it.
/// </summary>
public interface IPlanStore
{
    /// <summary>Keeps a later plan. It joins a commit within 50 ms; returns at once. What a crash loses of them is a line of a timeline.</summary>
    void Append(RequestPlan plan);

    /// <summary>The way of a request; empty for one that is not stored.</summary>
    Task<RequestHistory> LoadAsync(RequestId id, CancellationToken cancellationToken);
}
