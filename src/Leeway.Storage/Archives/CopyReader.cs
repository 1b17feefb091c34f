using System.Buffers.Binary;

namespace Leeway.Storage.Archives;

/// <summary>Reads the rows of PostgreSQL's <c>COPY … TO STDOUT (FORMAT BINARY)</c> into the form in which they travel.</summary>
/// <param name="stream">What the server sends.</param>
/// <param name="table">What it is asked for.</param>
/// <param name="types">Names of the columns' types.</param>
internal sealed class CopyReader(Stream stream, ArchiveTable table, IReadOnlyList<string> types)
{
    // Signature, flags and the length of an extension that no server sends.
    private const int HeaderBytes = 11 + 4 + 4;
    private const short End = -1;

    private byte[] _buffer = new byte[RowWriter.BlockBytes];
    private int _begin;
    private int _end;
    private bool _ended;

    /// <summary>Reads past the header.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        while (_end < HeaderBytes)
        {
            await ReadMoreAsync(cancellationToken);
        }

        _begin = HeaderBytes;
    }

    /// <summary>Adds rows to a block until it is full or there are none left; false when it is empty then.</summary>
    public async Task<bool> FillAsync(RowWriter block, CancellationToken cancellationToken)
    {
        while (!_ended && !block.IsFull)
        {
            int read = Read(_buffer.AsSpan(_begin, _end - _begin), block);
            if (read > 0)
            {
                _begin += read;
            }
            else
            {
                await ReadMoreAsync(cancellationToken);
            }
        }

        return block.Block.Length > 0;
    }

    // How many bytes the row at the beginning takes; 0 when it is not there as a whole.
    private int Read(ReadOnlySpan<byte> bytes, RowWriter block)
    {
        if (bytes.Length < sizeof(short))
        {
            return 0;
        }

        short fields = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (fields == End)
        {
            _ended = true;
            return sizeof(short);
        }

        int length = Length(bytes[sizeof(short)..], fields);
        if (length < 0)
        {
            return 0;
        }

        block.BeginRow();
        ReadOnlySpan<byte> rest = bytes.Slice(sizeof(short), length);
        for (int i = 0; i < fields; i++)
        {
            int field = BinaryPrimitives.ReadInt32BigEndian(rest);
            rest = rest[sizeof(int)..];
            if (field < 0)
            {
                block.Null();
                continue;
            }

            Write(i, rest[..field], block);
            rest = rest[field..];
        }

        block.EndRow();
        return sizeof(short) + length;
    }

    private static int Length(ReadOnlySpan<byte> fields, int count)
    {
        int length = 0;
        for (int i = 0; i < count; i++)
        {
            if (fields.Length < length + sizeof(int))
            {
                return -1;
            }

            length += sizeof(int) + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(fields[length..]));
        }

        return length <= fields.Length ? length : -1;
    }

    private void Write(int column, ReadOnlySpan<byte> value, RowWriter block)
    {
        switch (types[column])
        {
            case "int2":
                block.Integer(BinaryPrimitives.ReadInt16BigEndian(value));
                break;
            case "int4":
                block.Integer(BinaryPrimitives.ReadInt32BigEndian(value));
                break;
            case "int8":
                block.Integer(BinaryPrimitives.ReadInt64BigEndian(value));
                break;
            case "text" or "varchar":
                block.Bytes(FieldKind.Text, value);
                break;
            case "uuid" or "bytea":
                // A UUID is sent as its 16 bytes in network order, as SQLite keeps it.
                block.Bytes(table.KindOfBytes(column), value);
                break;
            default:
                throw new ArchiveException($"{table.Name}.{table.Columns[column]} is of the type '{types[column]}', which no table of ours has.");
        }
    }

    private async Task ReadMoreAsync(CancellationToken cancellationToken)
    {
        if (_begin > 0)
        {
            _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
            (_begin, _end) = (0, _end - _begin);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read > 0 ? read : throw new ArchiveException($"The server ended its copy of '{table.Name}' too early.");
    }
}
