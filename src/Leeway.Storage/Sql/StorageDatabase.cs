using Leeway.Storage.Files;

namespace Leeway.Storage.Sql;

/// <summary>An open database: one session that writes, and connections for reading.</summary>
internal abstract class StorageDatabase : IAsyncDisposable
{
    /// <summary>The folder of its migrations, with the separator.</summary>
    public abstract string Dialect { get; }

    /// <summary>Whether other processes may work on it at the same time.</summary>
    public abstract bool IsShared { get; }

    /// <summary>What it is called in messages.</summary>
    public abstract string Place { get; }

    /// <summary>The session of the writer.</summary>
    public abstract Session Writing { get; }

    /// <summary>The connections for reading.</summary>
    public abstract ReadPool Reads { get; }

    /// <summary>Where contents lie that all nodes read; null when there is one node, whose folder has them.</summary>
    public abstract ISharedContents? Contents { get; }

    /// <summary>Raised when a node, also this one, has hinted at something. A hint may be lost.</summary>
    public abstract event Action<StorageHint>? Hinted;

    /// <summary>Called when the schema is of this version.</summary>
    public abstract void Migrated();

    /// <summary>Called by the writer after each group.</summary>
    public abstract void Committed();

    /// <summary>Closes it when opening the storage came to nothing.</summary>
    public void Close() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
