namespace Leeway.Storage.Sql;

/// <summary>
/// A kind of writes that are written together. Those of a group are of callers that do not wait for each other, so they may come after its other
/// writes; among themselves they keep their order.
/// </summary>
internal interface IJointWrites
{
    /// <summary>Writes all of a group.</summary>
    void Run(Session session, IReadOnlyList<WriteOperation> operations);
}
