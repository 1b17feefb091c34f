using Leeway.Storage.Files;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Sqlite;

/// <summary>The database in the file <c>leeway.db</c> of a folder that this process owns.</summary>
internal sealed class SqliteDatabase : StorageDatabase
{
    /// <summary>The folder of its migrations, with the separator.</summary>
    internal const string Scripts = "Sqlite/";

    internal const string FileName = "leeway.db";

    private readonly SqliteSession _session;
    private readonly Checkpointer _checkpointer;

    public SqliteDatabase(string folder, TimeProvider clock)
    {
        string file = Path.Combine(folder, FileName);
        Place = $"the storage folder '{folder}'";
        _session = SqliteSession.OpenWriter(file);
        _checkpointer = new Checkpointer(file, clock);
        Reads = new SqliteReadPool(file);
    }

    /// <inheritdoc/>
    public override string Dialect => Scripts;

    /// <inheritdoc/>
    public override bool IsShared => false;

    /// <inheritdoc/>
    public override string Place { get; }

    /// <inheritdoc/>
    public override Session Writing => _session;

    /// <inheritdoc/>
    public override ReadPool Reads { get; }

    /// <inheritdoc/>
    public override ISharedContents? Contents => null;

    /// <summary>There is nobody to tell.</summary>
    public override event Action<StorageHint>? Hinted
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public override void Migrated()
    {
    }

    /// <inheritdoc/>
    public override void Committed() => _checkpointer.Committed(_session);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _checkpointer.DisposeAsync();
        await Reads.DisposeAsync();
        _session.Dispose();
    }
}
