using System.Buffers.Binary;

namespace Leeway.Storage.Archives;

/// <summary>
/// Rows in the form in which they travel: the row's length, then each field's kind and value; numbers little-endian, texts in UTF-8 and bytes
/// behind their length. Both stores give and take the same bytes, so one checksum serves for both.
/// </summary>
internal sealed class RowWriter
{
    /// <summary>A block is given away when it has this many bytes. Larger ones hold one large row.</summary>
    public const int BlockBytes = 1 << 20;

    private byte[] _buffer = new byte[BlockBytes + (64 * 1024)];
    private int _length;
    private int _row;

    /// <summary>Whether there is enough to give away.</summary>
    public bool IsFull => _length >= BlockBytes;

    /// <summary>The rows since the last <see cref="Clear"/>; valid until then.</summary>
    public ReadOnlyMemory<byte> Block => _buffer.AsMemory(0, _length);

    /// <summary>Forgets the rows.</summary>
    public void Clear() => _length = 0;

    /// <summary>Begins a row.</summary>
    public void BeginRow()
    {
        _row = _length;
        Take(sizeof(int));
    }

    /// <summary>Ends the row.</summary>
    public void EndRow() => BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_row), _length - _row - sizeof(int));

    /// <summary>Adds nothing.</summary>
    public void Null() => Take(1)[0] = (byte)FieldKind.Null;

    /// <summary>Adds a number.</summary>
    public void Integer(long value)
    {
        Span<byte> field = Take(1 + sizeof(long));
        field[0] = (byte)FieldKind.Integer;
        BinaryPrimitives.WriteInt64LittleEndian(field[1..], value);
    }

    /// <summary>Adds a text or bytes.</summary>
    public void Bytes(FieldKind kind, ReadOnlySpan<byte> value)
    {
        Span<byte> field = Take(1 + sizeof(int) + value.Length);
        field[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(field[1..], value.Length);
        value.CopyTo(field[(1 + sizeof(int))..]);
    }

    private Span<byte> Take(int bytes)
    {
        int begin = _length;
        if (begin + bytes > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, begin + bytes));
        }

        _length += bytes;
        return _buffer.AsSpan(begin, bytes);
    }
}
