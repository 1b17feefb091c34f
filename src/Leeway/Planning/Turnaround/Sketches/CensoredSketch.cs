using System.Buffers.Binary;

namespace Leeway.Planning.Turnaround.Sketches;

/// <summary>
/// Durations some of which are only known to be longer: one sketch of those that ended, one of the ages at which the others were lost from
/// sight. Each counts for half as much after every half-life; weights are kept as of <see cref="CountedAt"/> and grow with the time
/// since, which is the same and touches nothing old (forward decay, Cormode et al., ICDE 2009).
/// </summary>
internal sealed class CensoredSketch
{
    // 2^40 times the first weight still adds up exactly enough; after that all are counted anew.
    private const double MostHalfLives = 40;

    private TimeSpan _halfLife;

    /// <summary>Creates an empty sketch.</summary>
    public CensoredSketch(DateTimeOffset countedAt, TimeSpan halfLife) => (CountedAt, _halfLife) = (countedAt, halfLife);

    /// <summary>Durations that ended.</summary>
    public DurationSketch Ended { get; private init; } = new();

    /// <summary>Ages of those that were lost from sight before they ended.</summary>
    public DurationSketch Censored { get; private init; } = new();

    /// <summary>How many ended, ever.</summary>
    public long EndedCount { get; private set; }

    /// <summary>How many were lost from sight, ever.</summary>
    public long CensoredCount { get; private set; }

    /// <summary>The instant at which the weights are as they are held.</summary>
    public DateTimeOffset CountedAt { get; private set; }

    /// <summary>Adds one duration, seen at <paramref name="now"/>.</summary>
    public void Add(TimeSpan duration, bool ended, DateTimeOffset now, TimeSpan halfLife)
    {
        if (halfLife != _halfLife || (now - CountedAt) / _halfLife > MostHalfLives)
        {
            Recount(now, halfLife);
        }

        (ended ? Ended : Censored).Add(duration, 1 / FactorAt(now));
        EndedCount += ended ? 1 : 0;
        CensoredCount += ended ? 0 : 1;
    }

    /// <summary>What a held weight counts at an instant.</summary>
    public double FactorAt(DateTimeOffset now) => Math.Pow(2, -((now - CountedAt) / _halfLife));

    /// <summary>How many durations of now all the decayed ones are worth.</summary>
    public double WeightAt(DateTimeOffset now) => (Ended.Total + Censored.Total) * FactorAt(now);

    /// <summary>The counts and both sketches, the weights as of <paramref name="now"/>.</summary>
    public byte[] ToBytes(DateTimeOffset now)
    {
        Recount(now, _halfLife);
        using var stream = new MemoryStream();
        Span<byte> counts = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(counts, EndedCount);
        BinaryPrimitives.WriteInt64LittleEndian(counts[8..], CensoredCount);
        stream.Write(counts);
        Ended.Write(stream);
        Censored.Write(stream);
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote at <paramref name="countedAt"/>.</summary>
    /// <exception cref="FormatException">The bytes are not of a sketch.</exception>
    public static CensoredSketch FromBytes(ReadOnlySpan<byte> bytes, DateTimeOffset countedAt, TimeSpan halfLife)
    {
        if (bytes.Length < 16)
        {
            throw new FormatException("A censored sketch ends early.");
        }

        long ended = BinaryPrimitives.ReadInt64LittleEndian(bytes), censored = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        bytes = bytes[16..];
        return new CensoredSketch(countedAt, halfLife)
        {
            Ended = DurationSketch.Read(ref bytes),
            Censored = DurationSketch.Read(ref bytes),
            EndedCount = ended,
            CensoredCount = censored,
        };
    }

    private void Recount(DateTimeOffset now, TimeSpan halfLife)
    {
        double factor = FactorAt(now);
        Ended.Scale(factor);
        Censored.Scale(factor);
        (CountedAt, _halfLife) = (now, halfLife);
    }
}
