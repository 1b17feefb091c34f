using System.Buffers.Binary;

namespace Leeway.Storage.Archives;

/// <summary>Reads what <see cref="RowWriter"/> wrote.</summary>
/// <param name="block">Whole rows.</param>
internal ref struct RowReader(ReadOnlySpan<byte> block)
{
    private ReadOnlySpan<byte> _rest = block;
    private ReadOnlySpan<byte> _row;

    /// <summary>The row's bytes that are not read yet; all of it after <see cref="NextRow"/>.</summary>
    public readonly ReadOnlySpan<byte> Row => _row;

    /// <summary>Steps to the next row; false past the last.</summary>
    public bool NextRow()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        int length = Length(_rest);
        _row = _rest.Slice(sizeof(int), length);
        _rest = _rest[(sizeof(int) + length)..];
        return true;
    }

    /// <summary>Steps to the row's next field.</summary>
    /// <param name="number">A number's value.</param>
    /// <param name="bytes">A text's or bytes' value.</param>
    public FieldKind NextField(out long number, out ReadOnlySpan<byte> bytes)
    {
        number = 0;
        bytes = default;
        var kind = (FieldKind)_row[0];
        _row = _row[1..];
        switch (kind)
        {
            case FieldKind.Null:
                return kind;
            case FieldKind.Integer:
                number = BinaryPrimitives.ReadInt64LittleEndian(_row);
                _row = _row[sizeof(long)..];
                return kind;
            case FieldKind.Text or FieldKind.Bytes:
                int length = Length(_row);
                bytes = _row.Slice(sizeof(int), length);
                _row = _row[(sizeof(int) + length)..];
                return kind;
            default:
                throw new ArchiveException($"A row holds a field of the unknown kind {(byte)kind}.");
        }
    }

    private static int Length(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return length >= 0 && length <= bytes.Length - sizeof(int) ? length : throw new ArchiveException("A row is cut off.");
    }
}
