using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Translation;

/// <summary>Gives up on a provider that sends more than <paramref name="most"/> bytes without ending an event.</summary>
internal sealed class BoundedStream(Stream inner, int most) : ReadOnlyStream
{
    private int _read;

    /// <summary>An event ended; what comes now belongs to the next.</summary>
    public void Restart() => _read = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        _read += read;
        return _read <= most ? read : throw new FormatException($"sent an event of more than {most} bytes");
    }
}
