using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace Leeway.Storage.Postgres;

/// <summary>Rows for one statement that travel as arrays, a column each (<see cref="ArrayStatement"/>).</summary>
internal sealed class GatheredRows
{
    private const string Insert = "INSERT INTO ";
    private const string Update = "UPDATE ";
    private const string Select = "SELECT ";
    private const string Returning = "RETURNING";

    private readonly List<IColumn> _columns = [];
    private readonly HashSet<object> _changed = [];
    private readonly string _text;
    private readonly Func<string, IReadOnlyList<string>, string> _statementOf;
    private readonly bool _changes;
    private string? _statement;
    private int _next;

    private GatheredRows(string text, string verb, Func<string, IReadOnlyList<string>, string> statementOf, bool changes)
    {
        (_text, _statementOf, _changes) = (text, statementOf, changes);
        Table = text[verb.Length..text.IndexOf(' ', verb.Length)];
    }

    /// <summary>The table they go to.</summary>
    public string Table { get; }

    /// <summary>Rows that are whole.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the row that was bound last is to change the same row as one before.</summary>
    public bool HasRowOfLast => _changes && _changed.Contains(_columns[0].At(Count));

    /// <summary>For an insert that gives no rows, and no row of it changes another; null for every other statement.</summary>
    public static GatheredRows? OfInsert(string text) =>
        IsInsert(text) && !text.Contains("DO UPDATE", StringComparison.Ordinal) ? new GatheredRows(text, Insert, ArrayStatement.Insert, changes: false) : null;

    /// <summary>For a statement that gives no rows and adds or changes those that its first parameter names.</summary>
    public static GatheredRows OfRow(string text) => IsInsert(text)
        ? new GatheredRows(text, Insert, ArrayStatement.Insert, changes: true)
        : new GatheredRows(text, Update, ArrayStatement.Update, changes: true);

    /// <summary>For what is asked for many at once; null where it has to be asked for each.</summary>
    public static GatheredRows? OfQuestion(string text) =>
        text.StartsWith(Update, StringComparison.Ordinal) && text.Contains(Returning, StringComparison.Ordinal) ? new GatheredRows(text, Update, ArrayStatement.Question, changes: false)
        : text.StartsWith(Select, StringComparison.Ordinal) && !text.Contains("FOR UPDATE", StringComparison.Ordinal) ? new GatheredRows(text, Select, ArrayStatement.Question, changes: false)
        : null;

    /// <summary>Whether they go to the same table.</summary>
    public bool Meets(GatheredRows other) => Table == other.Table;

    public void Add(long? value) => Next<long?>(NpgsqlDbType.Bigint).Add(value);

    public void Add(string? value) => Next<string?>(NpgsqlDbType.Text).Add(value);

    public void Add(Guid? value) => Next<Guid?>(NpgsqlDbType.Uuid).Add(value);

    public void Add(byte[]? value) => Next<byte[]?>(NpgsqlDbType.Bytea).Add(value);

    public void Add(ReadOnlyMemory<byte> value) =>
        Add(MemoryMarshal.TryGetArray(value, out ArraySegment<byte> segment) && segment.Count == segment.Array!.Length ? segment.Array : value.ToArray());

    /// <summary>The row that was bound is whole.</summary>
    public void Complete()
    {
        if (_changes)
        {
            _changed.Add(_columns[0].At(Count));
        }

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
        _changed.Clear();
        _columns.ForEach(static column => column.KeepFirst(0));
    }

    /// <summary>The whole rows as one statement; the row that is being bound stays.</summary>
    public NpgsqlBatchCommand Take()
    {
        var command = new NpgsqlBatchCommand(_statement ??= _statementOf(_text, [.. _columns.Select(static column => column.Type)]));
        foreach (IColumn column in _columns)
        {
            command.Parameters.Add(column.Take(Count));
        }

        Count = 0;
        _changed.Clear();
        return command;
    }

    private static bool IsInsert(string text) =>
        text.StartsWith(Insert, StringComparison.Ordinal) && text.Contains(" VALUES (", StringComparison.Ordinal) && !text.Contains(Returning, StringComparison.Ordinal);

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

        object At(int row);

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

        public object At(int row) => Values[row]!;

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
