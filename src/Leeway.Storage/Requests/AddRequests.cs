using Leeway.Storage.Sql;

namespace Leeway.Storage.Requests;

/// <summary>Adds requests that have to be looked for first: all of a group are looked for at once.</summary>
internal sealed class AddRequests(RequestInserts inserts) : IJointWrites
{
    /// <inheritdoc/>
    public void Run(Session session, IReadOnlyList<WriteOperation> operations)
    {
        RequestId[] ids = inserts.AddUnlessThere(session, [.. operations.Select(static operation => ((AddRequest)operation).Request)]);
        for (int i = 0; i < ids.Length; i++)
        {
            ((AddRequest)operations[i]).Written(ids[i]);
        }
    }
}
