using System.Buffers.Binary;

namespace Leeway;

/// <summary>
/// Makes ids of UUID version 7 (RFC 9562 §5.7) from the injected clock and random source: 48 bits of Unix milliseconds, a counter of 12 bits
/// (§6.2, method 1) and 62 random bits. Ids of one source sort in the order in which they were made, also within a millisecond and when the
/// clock is set back.
/// </summary>
public sealed class IdSource(TimeProvider clock, IRandomSource random)
{
    private const int CounterLimit = 1 << 12;

    private readonly Lock _lock = new();
    private long _milliseconds;
    private int _counter;

    /// <summary>A new value, to wrap in one of the id types.</summary>
    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.Fill(bytes[8..]);
        (long milliseconds, int counter) = Tick();
        BinaryPrimitives.WriteInt64BigEndian(bytes, (milliseconds << 16) | 0x7000L | (uint)counter);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>What every id made at or after an instant sorts behind.</summary>
    public static Guid FirstOf(DateTimeOffset instant)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, instant.ToUnixTimeMilliseconds()) << 16);
        bytes[8..].Clear();
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>When an id was made, UTC, to the millisecond.</summary>
    public static DateTimeOffset TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16);
    }

    private (long Milliseconds, int Counter) Tick()
    {
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            if (now > _milliseconds)
            {
                (_milliseconds, _counter) = (now, 0);
            }
            else if (++_counter == CounterLimit)
            {
                (_milliseconds, _counter) = (_milliseconds + 1, 0);
            }

            return (_milliseconds, _counter);
        }
    }
}
