using Leeway.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Leeway.Storage.Sqlite;

/// <summary>
/// A prepared statement. It speaks to SQLite directly because the path of a new request runs through it: blobs are bound from spans, and
/// nothing is allocated for a row that is written.
/// </summary>
internal sealed class SqliteStatement : Statement, IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;
    private int _parameter;
    private int _column;

    internal SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, SqliteDialect.Translate(sql), raw.SQLITE_PREPARE_PERSISTENT, out _handle));
    }

    /// <inheritdoc/>
    public override Statement Reset()
    {
        // The code of a reset repeats the failure of the last step, which has been thrown already.
        _ = raw.sqlite3_reset(_handle);
        _parameter = 0;
        return this;
    }

    /// <inheritdoc/>
    public override Statement With(long value) => Checked(raw.sqlite3_bind_int64(_handle, ++_parameter, value));

    /// <inheritdoc/>
    public override Statement With(long? value) => value is { } number ? With(number) : WithNull();

    /// <inheritdoc/>
    public override Statement With(string? value) => value is null ? WithNull() : Checked(raw.sqlite3_bind_text(_handle, ++_parameter, value));

    /// <inheritdoc/>
    public override Statement WithText(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? WithNull() : Checked(raw.sqlite3_bind_text(_handle, ++_parameter, utf8));

    /// <inheritdoc/>
    public override Statement With(byte[]? value) => value is null ? WithNull() : With(value.AsSpan());

    /// <inheritdoc/>
    public override Statement With(ReadOnlyMemory<byte> value) => With(value.Span);

    /// <inheritdoc/>
    public override Statement With(ReadOnlySpan<byte> value) => Checked(value.IsEmpty
        ? raw.sqlite3_bind_zeroblob(_handle, ++_parameter, 0)
        : raw.sqlite3_bind_blob(_handle, ++_parameter, value));

    /// <inheritdoc/>
    public override Statement With(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return With(bytes);
    }

    /// <inheritdoc/>
    public override Statement With(Guid? value) => value is { } id ? With(id) : WithNull();

    /// <inheritdoc/>
    public override void Run()
    {
        int code = raw.sqlite3_step(_handle);
        if (code != raw.SQLITE_DONE)
        {
            Fail(code);
        }

        Reset();
    }

    /// <inheritdoc/>
    public override void RunDemanded()
    {
        if (!Next())
        {
            throw new RowMissingException();
        }

        Reset();
    }

    /// <inheritdoc/>
    public override int RunCounted()
    {
        Run();
        return raw.sqlite3_changes(_database);
    }

    /// <inheritdoc/>
    public override long RunNumbered()
    {
        // Cheaper than RETURNING, which keeps its rows in a table.
        Run();
        return raw.sqlite3_last_insert_rowid(_database);
    }

    /// <inheritdoc/>
    public override bool Next()
    {
        int code = raw.sqlite3_step(_handle);
        _column = 0;
        switch (code)
        {
            case raw.SQLITE_ROW:
                return true;
            case raw.SQLITE_DONE:
                Reset();
                return false;
            default:
                Fail(code);
                return false;
        }
    }

    /// <inheritdoc/>
    public override long Int64() => raw.sqlite3_column_int64(_handle, _column++);

    /// <inheritdoc/>
    public override string Text() => raw.sqlite3_column_text(_handle, _column++).utf8_to_string();

    /// <inheritdoc/>
    public override Guid Id() => new(raw.sqlite3_column_blob(_handle, _column++), bigEndian: true);

    /// <inheritdoc/>
    public override byte[] Bytes() => raw.sqlite3_column_blob(_handle, _column++).ToArray();

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <inheritdoc/>
    protected override bool IsNull()
    {
        if (raw.sqlite3_column_type(_handle, _column) != raw.SQLITE_NULL)
        {
            return false;
        }

        _column++;
        return true;
    }

    private SqliteStatement WithNull() => Checked(raw.sqlite3_bind_null(_handle, ++_parameter));

    private SqliteStatement Checked(int code)
    {
        Check(code);
        return this;
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);

    private void Fail(int code)
    {
        try
        {
            Check(code);
        }
        finally
        {
            Reset();
        }
    }
}
