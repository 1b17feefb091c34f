using System.Buffers.Binary;
using System.IO.Hashing;

namespace Leeway.Adapters.Aws;

/// <summary>
/// Reads <c>application/vnd.amazon.eventstream</c>: each message has its length, its headers' length and a checksum of both in front
/// (12 bytes), and a checksum of everything behind.
/// </summary>
internal sealed class EventStreamReader(Stream inner)
{
    // AWS's own limits: 128 KB of headers, 24 MB of payload.
    private const int MostHeaders = 128 * 1024;
    private const int MostBytes = 24 * 1024 * 1024 + MostHeaders + Frame;
    private const int Prelude = 12;
    private const int Frame = Prelude + sizeof(uint);

    private readonly byte[] _prelude = new byte[Prelude];

    /// <summary>The next message; null at the end of the stream.</summary>
    /// <exception cref="FormatException">The bytes are no message, or not those that were sent.</exception>
    /// <exception cref="EndOfStreamException">The stream broke off within a message.</exception>
    public async ValueTask<EventStreamMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        int read = await inner.ReadAtLeastAsync(_prelude, Prelude, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
        {
            return null;
        }

        if (read < Prelude)
        {
            throw new EndOfStreamException("The stream broke off within an event.");
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(_prelude);
        uint headers = BinaryPrimitives.ReadUInt32BigEndian(_prelude.AsSpan(4));
        if (Crc32.HashToUInt32(_prelude.AsSpan(0, 8)) != BinaryPrimitives.ReadUInt32BigEndian(_prelude.AsSpan(8)))
        {
            throw new FormatException("sent an event whose head does not match its checksum");
        }

        if (length is < Frame or > MostBytes || headers > Math.Min(length - Frame, MostHeaders))
        {
            throw new FormatException($"sent an event of {length} bytes with {headers} bytes of headers, which is beyond what the protocol allows");
        }

        byte[] rest = new byte[length - Prelude];
        await inner.ReadExactlyAsync(rest, cancellationToken);
        var checksum = new Crc32();
        checksum.Append(_prelude);
        checksum.Append(rest.AsSpan(0, rest.Length - sizeof(uint)));
        return checksum.GetCurrentHashAsUInt32() == BinaryPrimitives.ReadUInt32BigEndian(rest.AsSpan(rest.Length - sizeof(uint)))
            ? EventStreamMessage.Read(rest.AsSpan(0, (int)headers), rest.AsSpan((int)headers, rest.Length - sizeof(uint) - (int)headers))
            : throw new FormatException("sent an event that does not match its checksum");
    }
}
