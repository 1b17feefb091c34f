using System.Buffers;
using System.Buffers.Binary;

namespace Leeway.Storage.Archives;

/// <summary>Writes rows as PostgreSQL's <c>COPY … FROM STDIN (FORMAT BINARY)</c> takes them.</summary>
/// <param name="table">Where they go.</param>
/// <param name="types">Names of the columns' types.</param>
internal sealed class CopyWriter(ArchiveTable table, IReadOnlyList<string> types)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(RowWriter.BlockBytes * 2);

    /// <summary>What begins a copy.</summary>
    public static ReadOnlyMemory<byte> Header { get; } = new byte[] { 0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0 };

    /// <summary>What ends it.</summary>
    public static ReadOnlyMemory<byte> Trailer { get; } = new byte[] { 0xFF, 0xFF };

    /// <summary>The rows of a block; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Rows(ReadOnlySpan<byte> block)
    {
        _buffer.ResetWrittenCount();
        var rows = new RowReader(block);
        while (rows.NextRow())
        {
            BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), (short)table.Columns.Count);
            for (int i = 0; i < table.Columns.Count; i++)
            {
                FieldKind kind = rows.NextField(out long number, out ReadOnlySpan<byte> bytes);
                Write(i, kind, number, bytes);
            }
        }

        return _buffer.WrittenMemory;
    }

    private void Write(int column, FieldKind kind, long number, ReadOnlySpan<byte> bytes)
    {
        switch (kind, types[column])
        {
            case (FieldKind.Null, _):
                BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), -1);
                break;
            case (FieldKind.Integer, "int8"):
                BinaryPrimitives.WriteInt64BigEndian(Value(sizeof(long)), number);
                break;
            case (FieldKind.Integer, "int4") when number == (int)number:
                BinaryPrimitives.WriteInt32BigEndian(Value(sizeof(int)), (int)number);
                break;
            case (FieldKind.Integer, "int2") when number == (short)number:
                BinaryPrimitives.WriteInt16BigEndian(Value(sizeof(short)), (short)number);
                break;
            case (FieldKind.Text, "text" or "varchar") when !bytes.Contains((byte)0):
                bytes.CopyTo(Value(bytes.Length));
                break;
            case (FieldKind.Text, "text" or "varchar"):
                throw new ArchiveException($"{table.Name}.{table.Columns[column]} holds a text with a zero character, which PostgreSQL cannot keep. Nothing was changed.");
            case (FieldKind.Text, "bytea") when table.KindOfBytes(column) == FieldKind.Text:
            case (FieldKind.Bytes, "bytea"):
            case (FieldKind.Bytes, "uuid") when bytes.Length == 16:
                bytes.CopyTo(Value(bytes.Length));
                break;
            default:
                throw new ArchiveException(
                    $"{table.Name}.{table.Columns[column]} is of PostgreSQL's type '{types[column]}', which cannot hold {(kind == FieldKind.Integer ? $"the number {number}" : $"{bytes.Length} bytes of the kind '{kind}'")}. Nothing was changed.");
        }
    }

    private Span<byte> Value(int length)
    {
        Span<byte> field = Take(sizeof(int) + length);
        BinaryPrimitives.WriteInt32BigEndian(field, length);
        return field[sizeof(int)..];
    }

    private Span<byte> Take(int bytes)
    {
        Span<byte> span = _buffer.GetSpan(bytes)[..bytes];
        _buffer.Advance(bytes);
        return span;
    }
}
