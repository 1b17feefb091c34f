namespace Leeway.Storage.Sql;

/// <summary>
/// One caller's write. It may run more than once, each time in a transaction that has forgotten the time before, when another
/// operation of its group fails.
/// </summary>
internal abstract class WriteOperation
{
    /// <summary>About how many bytes it writes, when they are many.</summary>
    public virtual int Bytes => 0;

    /// <summary>Whether it must be this node's to write.</summary>
    public virtual bool IsFenced => true;

    /// <summary>Whether it is told only what is true, however late; otherwise it is told in time that it failed, when nobody knows.</summary>
    public virtual bool WaitsForTruth => false;

    /// <summary>What writes all of its kind in a group together; null when each is written by itself.</summary>
    public virtual IJointWrites? Joint => null;

    /// <summary>What takes it back, when its caller was told that it failed and it turns out to be written; null when that does no harm.</summary>
    public virtual WriteOperation? Undo => null;

    /// <summary>Writes, inside the transaction of the group.</summary>
    public abstract void Run(Session session);

    /// <summary>Tells the caller that the write is durable.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that nothing was written.</summary>
    public abstract void Fail(Exception exception);
}
