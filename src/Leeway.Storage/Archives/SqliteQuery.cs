using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Leeway.Storage.Archives;

/// <summary>A statement of SQLite's own interface, whose values are taken and bound as they are.</summary>
internal sealed class SqliteQuery : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;
    private bool _ended;

    public SqliteQuery(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _handle));
    }

    /// <summary>Steps to the next row; false past the last.</summary>
    public bool Next()
    {
        // A step past the last row would begin anew.
        if (_ended)
        {
            return false;
        }

        int code = raw.sqlite3_step(_handle);
        _ended = code != raw.SQLITE_ROW;
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Check(code);
        }

        return !_ended;
    }

    /// <summary>Runs a statement that gives no rows, and makes it ready for the next.</summary>
    public void Run()
    {
        int code = raw.sqlite3_step(_handle);
        if (code != raw.SQLITE_DONE)
        {
            Check(code);
        }

        _ = raw.sqlite3_reset(_handle);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long Integer(int column) => raw.sqlite3_column_int64(_handle, column);

    public string Text(int column) => raw.sqlite3_column_text(_handle, column).utf8_to_string();

    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_handle, column);

    /// <summary>Adds a column's value to a row.</summary>
    public void Write(int column, RowWriter row, ArchiveTable table)
    {
        switch (raw.sqlite3_column_type(_handle, column))
        {
            case raw.SQLITE_NULL:
                row.Null();
                break;
            case raw.SQLITE_INTEGER:
                row.Integer(Integer(column));
                break;
            case raw.SQLITE_TEXT:
                // The bytes of a text are its UTF-8.
                row.Bytes(FieldKind.Text, Bytes(column));
                break;
            case raw.SQLITE_BLOB:
                row.Bytes(FieldKind.Bytes, Bytes(column));
                break;
            default:
                throw new ArchiveException($"{table.Name}.{table.Columns[column]} holds a floating-point number, which no table of ours has.");
        }
    }

    public void Bind(int parameter, string value) => Check(raw.sqlite3_bind_text(_handle, parameter, value));

    /// <summary>Binds the next field of a row.</summary>
    public void Bind(int parameter, ref RowReader row) => Check(row.NextField(out long number, out ReadOnlySpan<byte> bytes) switch
    {
        FieldKind.Null => raw.sqlite3_bind_null(_handle, parameter),
        FieldKind.Integer => raw.sqlite3_bind_int64(_handle, parameter, number),

        // An empty span would be bound as null.
        FieldKind.Text => bytes.IsEmpty ? raw.sqlite3_bind_text(_handle, parameter, "") : raw.sqlite3_bind_text(_handle, parameter, bytes),
        _ => bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(_handle, parameter, 0) : raw.sqlite3_bind_blob(_handle, parameter, bytes),
    });

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
