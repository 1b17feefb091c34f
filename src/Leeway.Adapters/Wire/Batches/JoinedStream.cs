using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Wire.Batches;

/// <summary>Several files of lines as one, each opened when the one before has ended. A file that ends within a line has the line ended.</summary>
internal sealed class JoinedStream(IReadOnlyList<string> files, Func<string, CancellationToken, Task<Stream>> open) : ReadOnlyStream
{
    private Stream? _current;
    private int _next;
    private byte _last = (byte)'\n';

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            int read = _current is null ? 0 : await _current.ReadAsync(buffer, cancellationToken);
            if (read > 0)
            {
                _last = buffer.Span[read - 1];
                return read;
            }

            if (_next == files.Count)
            {
                return 0;
            }

            if (_last != (byte)'\n')
            {
                buffer.Span[0] = _last = (byte)'\n';
                return 1;
            }

            if (_current is not null)
            {
                await _current.DisposeAsync();
                _current = null;
            }

            _current = await open(files[_next++], cancellationToken);
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _current?.Dispose();
        }

        base.Dispose(disposing);
    }
}
