using System.Buffers.Binary;

namespace Leeway.Planning.Turnaround;

/// <summary>
/// The latest batches one by one, for the bound at a decision point. Of those that were submitted long enough ago and were to be watched
/// for long enough, all known at their submission, the share that had not ended by t is a plain binomial: no censoring is left in it.
/// </summary>
internal sealed class WatchedBatches
{
    private const int Kept = 512;
    private const int Bytes = 18;

    private readonly Queue<Watched> _latest = new();

    /// <summary>Adds a batch whose end, or loss from sight, was seen.</summary>
    public void Add(OpenBatch batch, TimeSpan lasted, bool ended) =>
        Add(new Watched(batch.SubmittedAt, (float)batch.Watched.TotalSeconds, (float)lasted.TotalSeconds, batch.Regime, ended));

    /// <summary>How many batches tell whether one submitted in <paramref name="regime"/> ends by <paramref name="at"/>, and how many of them had not.</summary>
    /// <param name="regime">The regime.</param>
    /// <param name="at">t, from submission.</param>
    /// <param name="since">Batches submitted earlier count no more.</param>
    /// <param name="now">The present.</param>
    /// <param name="open">Batches that have not ended.</param>
    public (int Unfinished, int Eligible) Count(TurnaroundRegime regime, TimeSpan at, DateTimeOffset since, DateTimeOffset now, IEnumerable<OpenBatch> open)
    {
        int unfinished = 0, eligible = 0;
        DateTimeOffset latest = now - at;
        float seconds = (float)at.TotalSeconds;
        foreach (Watched batch in _latest)
        {
            if (batch.Regime == regime && batch.SubmittedAt >= since && batch.SubmittedAt <= latest && batch.For >= seconds)
            {
                // Lost before its time, by its owner's doing or a refusal: taken as not ended, which can only raise the bound.
                eligible++;
                unfinished += batch.Ended && batch.Lasted <= seconds ? 0 : 1;
            }
        }

        int running = open.Count(batch => !batch.Closed && batch.Regime == regime && batch.SubmittedAt >= since && batch.SubmittedAt <= latest && batch.Watched >= at);
        return (unfinished + running, eligible + running);
    }

    /// <summary>Writes every batch in 18 bytes, little-endian, oldest first.</summary>
    public void Write(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        foreach (Watched batch in _latest)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, batch.SubmittedAt.ToUnixTimeMilliseconds());
            BinaryPrimitives.WriteSingleLittleEndian(bytes[8..], batch.For);
            BinaryPrimitives.WriteSingleLittleEndian(bytes[12..], batch.Lasted);
            (bytes[16], bytes[17]) = ((byte)batch.Regime, batch.Ended ? (byte)1 : (byte)0);
            stream.Write(bytes);
        }
    }

    /// <summary>Adds what <see cref="Write"/> wrote.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= Bytes; bytes = bytes[Bytes..])
        {
            Add(new Watched(
                DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes)), BinaryPrimitives.ReadSingleLittleEndian(bytes[8..]),
                BinaryPrimitives.ReadSingleLittleEndian(bytes[12..]), (TurnaroundRegime)bytes[16], bytes[17] != 0));
        }
    }

    private void Add(Watched batch)
    {
        _latest.Enqueue(batch);
        if (_latest.Count > Kept)
        {
            _latest.Dequeue();
        }
    }

    private readonly record struct Watched(DateTimeOffset SubmittedAt, float For, float Lasted, TurnaroundRegime Regime, bool Ended);
}
