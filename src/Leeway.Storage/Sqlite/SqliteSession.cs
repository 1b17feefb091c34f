using Leeway.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Leeway.Storage.Sqlite;

/// <summary>A connection to the file of a SQLite database, and the statements prepared on it.</summary>
internal sealed class SqliteSession : Session
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _database;

    // By reference: every statement is a constant of a *Sql class, and hashing its text would cost more than running it.
    private readonly Dictionary<object, SqliteStatement> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly List<SqliteStatement> _reading = [];

    private SqliteSession(SqliteConnection connection)
    {
        _connection = connection;
        _database = connection.Handle!;
    }

    /// <summary>
    /// Opens a connection that may write. Three bodies of 2 KB fit a page of 8 KiB, where one fits a page of 4 KiB. A flush reaches the
    /// medium on every system (fullfsync is for those whose fsync stops at the disk's cache).
    /// </summary>
    public static SqliteSession OpenWriter(string file) => Open(file, SqliteOpenMode.ReadWriteCreate, """
        PRAGMA page_size = 8192;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA fullfsync = 1;
        PRAGMA wal_autocheckpoint = 0;
        PRAGMA cache_size = -65536;
        PRAGMA temp_store = MEMORY;
        """);

    /// <summary>Opens a connection that only reads; in WAL mode it neither waits for the writer nor stops it.</summary>
    public static SqliteSession OpenReader(string file) => Open(file, SqliteOpenMode.ReadOnly, "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;");

    /// <inheritdoc/>
    public override Statement Write(string sql) => Prepared(sql);

    /// <inheritdoc/>
    public override Statement WriteRow(string sql) => Prepared(sql);

    /// <inheritdoc/>
    public override Statement Read(string sql)
    {
        SqliteStatement statement = Prepared(sql);
        _reading.Add(statement);
        return statement;
    }

    /// <summary>The database numbers a row whose number is null.</summary>
    public override Statement Number(string sql, NumberedTable table) => Prepared(sql).With((long?)null);

    /// <inheritdoc/>
    public override void Each<TItem, TState>(
        IReadOnlyList<TItem> items, string sql, TState state, Action<Statement, TItem, TState> bind, Action<Statement, TItem, TState> read)
    {
        SqliteStatement statement = Prepared(sql);
        foreach (TItem item in items)
        {
            bind(statement, item, state);
            read(statement, item, state);
            statement.Reset();
        }
    }

    /// <inheritdoc/>
    public override void Hint(StorageHint hint)
    {
    }

    /// <summary>Ends statements left before their last row, which would keep a snapshot open.</summary>
    public override void EndReads()
    {
        foreach (SqliteStatement statement in _reading)
        {
            statement.Reset();
        }

        _reading.Clear();
    }

    /// <inheritdoc/>
    public override void Begin() => Write("BEGIN IMMEDIATE").Run();

    /// <summary>Begins a snapshot.</summary>
    public void BeginReading() => Write("BEGIN").Run();

    /// <inheritdoc/>
    public override void Commit() => Write("COMMIT").Run();

    /// <inheritdoc/>
    public override void RollBack()
    {
        EndReads();

        // Some failures have ended the transaction by themselves.
        if (raw.sqlite3_get_autocommit(_database) == 0)
        {
            Write("ROLLBACK").Run();
        }
    }

    /// <summary>Nobody else writes: what was refused would be refused again.</summary>
    public override WriteFailure Judge(Exception failure) => WriteFailure.Refused;

    /// <summary>There is no connection that could break.</summary>
    public override bool WasCommitted() => false;

    /// <inheritdoc/>
    public override void Execute(string script)
    {
        using SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // Scripts are constants and the embedded migrations.
        command.CommandText = script;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Moves what the log holds into the database file without waiting for anyone.</summary>
    /// <returns>Frames in the log, and how many of them are moved.</returns>
    public (int Frames, int Moved) Checkpoint()
    {
        // Busy only says that another checkpoint is under way.
        _ = raw.sqlite3_wal_checkpoint_v2(_database, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out int frames, out int moved);
        return (frames, moved);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (SqliteStatement statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private SqliteStatement Prepared(string sql)
    {
        if (_statements.TryGetValue(sql, out SqliteStatement? statement))
        {
            statement.Reset();
            return statement;
        }

        statement = new SqliteStatement(_database, sql);
        _statements.Add(sql, statement);
        return statement;
    }

    private static SqliteSession Open(string file, SqliteOpenMode mode, string pragmas)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute(pragmas);
            raw.sqlite3_busy_timeout(connection.Handle, 5000);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
