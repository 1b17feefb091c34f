using System.Text;

namespace Leeway.Tests.RealTime;

/// <summary>A body that gives its bytes and then ends, fails or stands still.</summary>
internal sealed class ScriptedStream(string text, Exception? end) : OneWayStream
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);
    private int _position;

    /// <summary>An ordinary end; null in its place stands still.</summary>
    public static Exception End { get; } = new EndOfStreamException();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position < _bytes.Length)
        {
            int count = Math.Min(buffer.Length, _bytes.Length - _position);
            _bytes.AsMemory(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        if (end is null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        return end == End ? 0 : throw end!;
    }
}

/// <summary>A body that gives the same bytes again and again, with a pause before each.</summary>
internal sealed class TricklingStream(TimeProvider clock, TimeSpan pause, string text) : OneWayStream
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);
    private ReadOnlyMemory<byte> _left;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left.IsEmpty)
        {
            await Task.Delay(pause, clock, cancellationToken);
            _left = _bytes;
        }

        int count = Math.Min(buffer.Length, _left.Length);
        _left[..count].CopyTo(buffer);
        _left = _left[count..];
        return count;
    }
}

/// <summary>A stream that is only read, asynchronously.</summary>
internal abstract class OneWayStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
