using System.Runtime.InteropServices;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Leeway.Storage.Postgres;

/// <summary>
/// Rows of one insert that travel as arrays, a column each: the server takes hundreds of them in a statement in the time of a few
/// statements of their own.
/// </summary>
internal sealed class GatheredRows(string text)
{
    private const string Insert = "INSERT INTO ";
    private const string Values = " VALUES (";

    private readonly List<IColumn> _columns = [];
    private string? _statement;
    private int _next;

    /// <summary>The table they go to.</summary>
    public string Table { get; } = text[Insert.Length..text.IndexOf(' ', Insert.Length)];

    /// <summary>Rows that are whole.</summary>
    public int Count { get; private set; }

    /// <summary>Whether an insert can be gathered: it gives no rows, and no row of it changes another.</summary>
    public static bool Suits(string text) =>
        text.StartsWith(Insert, StringComparison.Ordinal) && text.Contains(Values, StringComparison.Ordinal)
        && !text.Contains("DO UPDATE", StringComparison.Ordinal) && !text.Contains("RETURNING", StringComparison.Ordinal);

    public void Add(long? value) => Next<long?>(NpgsqlDbType.Bigint).Add(value);

    public void Add(string? value) => Next<string?>(NpgsqlDbType.Text).Add(value);

    public void Add(Guid? value) => Next<Guid?>(NpgsqlDbType.Uuid).Add(value);

    public void Add(byte[]? value) => Next<byte[]?>(NpgsqlDbType.Bytea).Add(value);

    public void Add(ReadOnlyMemory<byte> value) =>
        Add(MemoryMarshal.TryGetArray(value, out ArraySegment<byte> segment) && segment.Count == segment.Array!.Length ? segment.Array : value.ToArray());

    /// <summary>The row that was bound is whole.</summary>
    public void Complete()
    {
        Count++;
        _next = 0;
    }

    /// <summary>Forgets the row that is being bound.</summary>
    public void DropPartial()
    {
        if (_next > 0)
        {
            _next = 0;
            _columns.ForEach(column => column.KeepFirst(Count));
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Count = 0;
        _next = 0;
        _columns.ForEach(static column => column.KeepFirst(0));
    }

    /// <summary>The whole rows as one statement; the row that is being bound stays.</summary>
    public NpgsqlBatchCommand Take()
    {
        var command = new NpgsqlBatchCommand(_statement ??= Statement());
        foreach (IColumn column in _columns)
        {
            command.Parameters.Add(column.Take(Count));
        }

        Count = 0;
        return command;
    }

    // INSERT INTO t (a, b) VALUES ($1, $2): INSERT INTO t (a, b) SELECT u.p1, u.p2 FROM unnest($1, $2) AS u (p1, p2).
    private string Statement()
    {
        int values = text.IndexOf(Values, StringComparison.Ordinal);
        int end = text.IndexOf(')', values);
        string selected = text[(values + Values.Length)..end].Replace("$", "u.p", StringComparison.Ordinal);
        string arrays = string.Join(", ", _columns.Select(static (column, i) => $"${i + 1}::{column.Type}[]"));
        string names = string.Join(", ", _columns.Select(static (_, i) => $"p{i + 1}"));
        return new StringBuilder(text, 0, values, text.Length * 2)
            .Append(" SELECT ").Append(selected).Append(" FROM unnest(").Append(arrays).Append(") AS u (").Append(names).Append(')').Append(text, end + 1, text.Length - end - 1)
            .ToString();
    }

    private List<T> Next<T>(NpgsqlDbType type)
    {
        if (_next == _columns.Count)
        {
            _columns.Add(new Column<T>(type));
        }

        return ((Column<T>)_columns[_next++]).Values;
    }

    private interface IColumn
    {
        string Type { get; }

        void KeepFirst(int count);

        NpgsqlParameter Take(int count);
    }

    private sealed class Column<T>(NpgsqlDbType type) : IColumn
    {
        public List<T> Values { get; } = [];

        public string Type => type switch
        {
            NpgsqlDbType.Bigint => "bigint",
            NpgsqlDbType.Uuid => "uuid",
            NpgsqlDbType.Text => "text",
            _ => "bytea",
        };

        public void KeepFirst(int count)
        {
            if (Values.Count > count)
            {
                Values.RemoveRange(count, Values.Count - count);
            }
        }

        public NpgsqlParameter Take(int count)
        {
            T[] taken = [.. CollectionsMarshal.AsSpan(Values)[..count]];
            Values.RemoveRange(0, count);
            return new NpgsqlParameter<T[]> { TypedValue = taken, NpgsqlDbType = NpgsqlDbType.Array | type };
        }
    }
}
