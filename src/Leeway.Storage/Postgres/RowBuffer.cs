using Npgsql;

namespace Leeway.Storage.Postgres;

/// <summary>
/// The rows of one answer, taken off the wire whole: a statement may be run while another one's rows are read, and a connection carries
/// one answer at a time.
/// </summary>
internal sealed class RowBuffer
{
    private readonly List<Cell> _cells = [];

    // Null: all rows are of one item.
    private List<(int Item, int Start)>? _order;
    private int _item;
    private int _columns;
    private int _next;

    /// <summary>Takes the rows that the reader stands before.</summary>
    public void Fill(NpgsqlDataReader reader)
    {
        _cells.Clear();
        _next = 0;
        _columns = reader.FieldCount;
        Span<Kind> kinds = stackalloc Kind[_columns];
        for (int i = 0; i < _columns; i++)
        {
            kinds[i] = KindOf(reader.GetFieldType(i));
        }

        while (reader.Read())
        {
            for (int i = 0; i < _columns; i++)
            {
                _cells.Add(reader.IsDBNull(i) ? default : Read(reader, i, kinds[i]));
            }
        }
    }

    /// <summary>Rows begin with the number of their item, from 1, and came in any order.</summary>
    public void OrderByItem()
    {
        _order = new List<(int, int)>(_columns == 0 ? 0 : _cells.Count / _columns);
        for (int start = 0; start < _cells.Count; start += _columns)
        {
            _order.Add(((int)_cells[start].Number - 1, start));
        }

        _order.Sort();
    }

    /// <summary>Stands before the rows of an item, which comes after those that were asked for before.</summary>
    public RowBuffer OfItem(int item)
    {
        _item = item;
        while (_order is not null && _next < _order.Count && _order[_next].Item < item)
        {
            _next++;
        }

        return this;
    }

    /// <summary>Forgets the rows.</summary>
    public void Clear()
    {
        _cells.Clear();
        _next = 0;
    }

    /// <summary>Steps to the next row.</summary>
    /// <returns>Where its cells begin; -1 past the last.</returns>
    public int Step()
    {
        if (_order is not null)
        {
            return _next < _order.Count && _order[_next].Item == _item ? _order[_next++].Start + 1 : -1;
        }

        int start = _next;
        if (start >= _cells.Count)
        {
            return -1;
        }

        _next += _columns;
        return start;
    }

    /// <summary>A value.</summary>
    public Cell this[int cell] => _cells[cell];

    private static Cell Read(NpgsqlDataReader reader, int column, Kind kind) => kind switch
    {
        Kind.Short => new Cell(reader.GetInt16(column)),
        Kind.Integer => new Cell(reader.GetInt32(column)),
        Kind.Long => new Cell(reader.GetInt64(column)),
        Kind.Truth => new Cell(reader.GetBoolean(column) ? 1 : 0),
        Kind.Id => new Cell(reader.GetGuid(column)),
        Kind.Text => new Cell(reader.GetString(column)),
        _ => new Cell(reader.GetFieldValue<byte[]>(column)),
    };

    private static Kind KindOf(Type type) =>
        type == typeof(long) ? Kind.Long
        : type == typeof(int) ? Kind.Integer
        : type == typeof(short) ? Kind.Short
        : type == typeof(Guid) ? Kind.Id
        : type == typeof(string) ? Kind.Text
        : type == typeof(bool) ? Kind.Truth
        : type == typeof(byte[]) ? Kind.Bytes
        : throw new NotSupportedException($"A column of type {type} is read by nobody.");

    private enum Kind
    {
        Long,
        Integer,
        Short,
        Truth,
        Id,
        Text,
        Bytes,
    }
}
