using Leeway.Storage.Sql;

namespace Leeway.Storage.Requests;

/// <summary>Adds a request: the operation that arrives most often, so it has a class of its own and no closure.</summary>
internal sealed class AddRequest(NewRequest request, RequestInserts inserts, AddRequests together) : WriteOperation<RequestId>
{
    /// <inheritdoc/>
    public override int Bytes => request.Body.Length;

    /// <inheritdoc/>
    public override IJointWrites? Joint => inserts.LooksFirst(request) ? together : null;

    /// <summary>Whoever sends it again, to another node too, is given this one, which must then be there: it is not refused while nobody knows.</summary>
    public override bool WaitsForTruth => request.AttachKey is not null || request.Run is not null;

    /// <summary>A caller who was refused, and cannot be told to be the same, sends another: nobody asks for this one.</summary>
    public override WriteOperation? Undo => WaitsForTruth ? null : new DelegatedWrite<RequestId, bool>(request.Id, static (session, id) => RequestInserts.Remove(session, id));

    /// <summary>What is added.</summary>
    public NewRequest Request => request;

    /// <inheritdoc/>
    protected override RequestId Write(Session session) => inserts.Add(session, request);
}
