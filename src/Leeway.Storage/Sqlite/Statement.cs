using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Leeway.Storage.Sqlite;

/// <summary>
/// A prepared statement that is bound from left to right and reused. It speaks to SQLite directly because the path of a new request
/// runs through it: blobs are bound from spans, and nothing is allocated for a row that is written.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;
    private int _parameter;
    private int _column;

    internal Statement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _handle));
    }

    /// <summary>Makes the statement ready for new parameters.</summary>
    public Statement Reset()
    {
        // The code of a reset repeats the failure of the last step, which has been thrown already.
        _ = raw.sqlite3_reset(_handle);
        _parameter = 0;
        return this;
    }

    /// <summary>Binds the next parameter.</summary>
    public Statement With(long value) => Checked(raw.sqlite3_bind_int64(_handle, ++_parameter, value));

    /// <inheritdoc cref="With(long)"/>
    public Statement With(long? value) => value is { } number ? With(number) : WithNull();

    /// <inheritdoc cref="With(long)"/>
    public Statement With(bool value) => With(value ? 1L : 0L);

    /// <inheritdoc cref="With(long)"/>
    public Statement With(DateTimeOffset value) => With(value.ToUnixTimeMilliseconds());

    /// <inheritdoc cref="With(long)"/>
    public Statement With(DateTimeOffset? value) => With(value?.ToUnixTimeMilliseconds());

    /// <inheritdoc cref="With(long)"/>
    public Statement With(decimal? value) => With(value?.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="With(long)"/>
    public Statement With(string? value) => value is null ? WithNull() : Checked(raw.sqlite3_bind_text(_handle, ++_parameter, value));

    /// <summary>Binds the next parameter to a text in UTF-8; to null when it is empty.</summary>
    public Statement WithText(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? WithNull() : Checked(raw.sqlite3_bind_text(_handle, ++_parameter, utf8));

    /// <inheritdoc cref="With(long)"/>
    public Statement With(byte[]? value) => value is null ? WithNull() : With(value.AsSpan());

    /// <inheritdoc cref="With(long)"/>
    public Statement With(ReadOnlySpan<byte> value) => Checked(value.IsEmpty
        ? raw.sqlite3_bind_zeroblob(_handle, ++_parameter, 0)
        : raw.sqlite3_bind_blob(_handle, ++_parameter, value));

    /// <summary>Binds the next parameter to the bytes of an id in network order, which sort as its time.</summary>
    public Statement With(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return With(bytes);
    }

    /// <inheritdoc cref="With(Guid)"/>
    public Statement With(Guid? value) => value is { } id ? With(id) : WithNull();

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <returns>Rows changed.</returns>
    public int Run()
    {
        int code = raw.sqlite3_step(_handle);
        if (code != raw.SQLITE_DONE)
        {
            Fail(code);
        }

        Reset();
        return raw.sqlite3_changes(_database);
    }

    /// <summary>Runs an insert into a numbered table.</summary>
    /// <returns>The number of the new row; cheaper than RETURNING, which keeps its rows in a table.</returns>
    public long RunNumbered()
    {
        Run();
        return raw.sqlite3_last_insert_rowid(_database);
    }

    /// <summary>Steps to the next row; false past the last.</summary>
    public bool Next()
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

    /// <summary>Reads the next column.</summary>
    public long Int64() => raw.sqlite3_column_int64(_handle, _column++);

    /// <inheritdoc cref="Int64"/>
    public int Int32() => (int)Int64();

    /// <inheritdoc cref="Int64"/>
    public long? Int64OrNull() => IsNull() ? null : Int64();

    /// <inheritdoc cref="Int64"/>
    public bool Boolean() => Int64() != 0;

    /// <inheritdoc cref="Int64"/>
    public DateTimeOffset Instant() => DateTimeOffset.FromUnixTimeMilliseconds(Int64());

    /// <inheritdoc cref="Int64"/>
    public DateTimeOffset? InstantOrNull() => IsNull() ? null : Instant();

    /// <inheritdoc cref="Int64"/>
    public string Text() => raw.sqlite3_column_text(_handle, _column++).utf8_to_string();

    /// <inheritdoc cref="Int64"/>
    public string? TextOrNull() => IsNull() ? null : Text();

    /// <inheritdoc cref="Int64"/>
    public decimal? MoneyOrNull() => IsNull() ? null : decimal.Parse(Text(), NumberStyles.Number, CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Int64"/>
    public Guid Id() => new(raw.sqlite3_column_blob(_handle, _column++), bigEndian: true);

    /// <inheritdoc cref="Int64"/>
    public Guid? IdOrNull() => IsNull() ? null : Id();

    /// <inheritdoc cref="Int64"/>
    public byte[] Bytes() => raw.sqlite3_column_blob(_handle, _column++).ToArray();

    /// <inheritdoc cref="Int64"/>
    public byte[]? BytesOrNull() => IsNull() ? null : Bytes();

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private bool IsNull()
    {
        if (raw.sqlite3_column_type(_handle, _column) != raw.SQLITE_NULL)
        {
            return false;
        }

        _column++;
        return true;
    }

    private Statement WithNull() => Checked(raw.sqlite3_bind_null(_handle, ++_parameter));

    private Statement Checked(int code)
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
