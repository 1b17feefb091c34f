using System.Buffers.Binary;

namespace Leeway;

/// <summary>
/// Makes ids of UUID version 7 (RFC 9562 §5.7) from the injected clock and random source: 48 bits of Unix milliseconds, then random
/// bits, so ids sort by time to the millisecond.
/// </summary>
public sealed class IdSource(TimeProvider clock, IRandomSource random)
{
    /// <summary>A new value, to wrap in one of the id types.</summary>
    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.Fill(bytes[6..]);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, clock.GetUtcNow().ToUnixTimeMilliseconds());
        time[2..].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
