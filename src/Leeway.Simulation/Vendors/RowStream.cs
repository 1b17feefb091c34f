namespace Leeway.Simulation.Vendors;

/// <summary>A results file that is written while it is read, a bufferful of whole lines at a time.</summary>
internal sealed class RowStream(ReadOnlyMemory<SimulatedRow> rows, BatchRowKind kind) : Stream
{
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length < SimulatedRow.LineBytes)
        {
            throw new NotSupportedException("The buffer is shorter than a line.");
        }

        ReadOnlySpan<SimulatedRow> all = rows.Span;
        int written = 0;
        while (_next < all.Length && buffer.Length - written >= SimulatedRow.LineBytes)
        {
            all[_next++].Write(buffer[written..], kind);
            written += SimulatedRow.LineBytes;
        }

        return written;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
