using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Leeway.Storage.Sqlite;

/// <summary>A connection and the statements prepared on it. Used by one caller at a time.</summary>
internal sealed class Session : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3 _database;

    // By reference: every statement is a constant of a *Sql class, and hashing its text would cost more than running it.
    private readonly Dictionary<object, Statement> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly List<Statement> _reading = [];

    private Session(SqliteConnection connection)
    {
        _connection = connection;
        _database = connection.Handle!;
    }

    /// <summary>
    /// Opens a connection that may write. Three bodies of 2 KB fit a page of 8 KiB, where one fits a page of 4 KiB. A flush reaches the
    /// medium on every system (fullfsync is for those whose fsync stops at the disk's cache).
    /// </summary>
    public static Session OpenWriter(string file) => Open(file, SqliteOpenMode.ReadWriteCreate, """
        PRAGMA page_size = 8192;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA fullfsync = 1;
        PRAGMA wal_autocheckpoint = 0;
        PRAGMA cache_size = -65536;
        PRAGMA temp_store = MEMORY;
        """);

    /// <summary>Opens a connection that only reads; in WAL mode it neither waits for the writer nor stops it.</summary>
    public static Session OpenReader(string file) => Open(file, SqliteOpenMode.ReadOnly, "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;");

    /// <summary>The prepared statement of <paramref name="sql"/>, which must be a constant, ready to be bound and run.</summary>
    public Statement Write(string sql)
    {
        if (_statements.TryGetValue(sql, out Statement? statement))
        {
            return statement.Reset();
        }

        statement = new Statement(_database, sql);
        _statements.Add(sql, statement);
        return statement;
    }

    /// <summary>As <see cref="Write"/>, for a statement whose rows may be left unread: <see cref="EndReads"/> ends it.</summary>
    public Statement Read(string sql)
    {
        Statement statement = Write(sql);
        _reading.Add(statement);
        return statement;
    }

    /// <summary>Ends statements left before their last row, which would keep a snapshot open.</summary>
    public void EndReads()
    {
        foreach (Statement statement in _reading)
        {
            statement.Reset();
        }

        _reading.Clear();
    }

    /// <summary>Whether a transaction is open; some failures end it by themselves.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_database) == 0;

    /// <summary>Runs a script of several statements.</summary>
    public void Execute(string script)
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
    public void Dispose()
    {
        foreach (Statement statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private static Session Open(string file, SqliteOpenMode mode, string pragmas)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            var session = new Session(connection);
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
