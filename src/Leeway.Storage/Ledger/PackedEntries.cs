using System.Buffers;
using System.Globalization;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Ledger;

/// <summary>
/// Entries of one group commit as one blob, because a row of its own costs a real-time call ten times as much as its bytes do. Numbers are
/// LEB128, names and the texts of raw usages are interned, money is decimal text.
/// </summary>
internal sealed class PackedEntries(InternedNames names)
{
    /// <summary>Entries of one row; about 16 KB, which fit two pages.</summary>
    public const int MostInRow = 256;

    // The first had neither tier nor raw usage, nor what is priced apart since.
    private const byte FirstFormat = 1;
    private const byte Format = 2;
    private const int Duplicate = 1;
    private const int Estimated = 2;
    private const int TierShift = 2;

    // For the writer only.
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly UsageTexts _usages = new(names);

    /// <summary>Writes the entries as one row.</summary>
    public void Add(Session session, IReadOnlyList<LedgerEntry> entries)
    {
        _buffer.ResetWrittenCount();
        DateTimeOffset first = entries[0].At;
        DateTimeOffset last = first;
        foreach (LedgerEntry entry in entries)
        {
            first = entry.At < first ? entry.At : first;
            last = entry.At > last ? entry.At : last;
        }

        _buffer.Write([Format]);
        foreach (LedgerEntry entry in entries)
        {
            Write(session, entry, first);
        }

        session.Write(EntrySql.InsertPacked).With(first).With(last).With(entries.Count).With(_buffer.WrittenSpan).Run();
    }

    /// <summary>The entries of a row that begins at <paramref name="first"/>.</summary>
    public IEnumerable<LedgerEntry> Read(Session session, DateTimeOffset first, int count, byte[] data)
    {
        byte format = data[0];
        if (format is not (FirstFormat or Format))
        {
            throw new InvalidDataException($"Packed entries of format {format}; this version reads up to {Format}.");
        }

        int position = 1;
        for (int i = 0; i < count; i++)
        {
            LedgerEntry entry = Read(session, first, data, ref position);
            yield return format == FirstFormat ? entry : ReadRest(session, entry, data, ref position);
        }
    }

    private void Write(Session session, LedgerEntry entry, DateTimeOffset first)
    {
        entry.RequestId.Value.TryWriteBytes(_buffer.GetSpan(16), bigEndian: true, out _);
        _buffer.Advance(16);
        Write((entry.Duplicate ? Duplicate : 0) | (entry.Estimated ? Estimated : 0) | ((int)entry.Tier << TierShift));
        Write(entry.Attempt);
        Write(entry.At.ToUnixTimeMilliseconds() - first.ToUnixTimeMilliseconds());
        Write((long)entry.Lane);
        Write((long)entry.Priority);
        Write(names.Number(session, entry.Deployment));
        Write(names.Number(session, entry.Model));
        Write(names.Number(session, entry.Caller));
        Write(entry.PriceVersion is { } version ? names.Number(session, version) : 0);
        Write(entry.Usage.Input);
        Write(entry.Usage.CachedInput);
        Write(entry.Usage.CacheWrite);
        Write(entry.Usage.Output);
        Write(entry.Usage.Reasoning);
        Write(entry.Cost);
        Write(entry.ListCost);
        Write(entry.Usage.CacheWriteHour);
        Write(entry.Usage.AudioInput);
        Write(entry.Usage.AudioOutput);
        _usages.Write(session, entry.RawUsage.Span, _buffer);
    }

    private LedgerEntry ReadRest(Session session, LedgerEntry entry, byte[] data, ref int position) => entry with
    {
        Usage = entry.Usage with { CacheWriteHour = Number(data, ref position), AudioInput = Number(data, ref position), AudioOutput = Number(data, ref position) },
        RawUsage = _usages.Read(session, data, ref position),
    };

    private LedgerEntry Read(Session session, DateTimeOffset first, byte[] data, ref int position)
    {
        var id = new Guid(data.AsSpan(position, 16), bigEndian: true);
        position += 16;
        long flags = Number(data, ref position);
        return new LedgerEntry
        {
            RequestId = new RequestId(id),
            Attempt = (int)Number(data, ref position),
            At = first.AddMilliseconds(Number(data, ref position)),
            Lane = (Lane)Number(data, ref position),
            Priority = (Priority)Number(data, ref position),
            Deployment = names.Value(session, Number(data, ref position)),
            Model = names.Value(session, Number(data, ref position)),
            Caller = names.Value(session, Number(data, ref position)),
            PriceVersion = Number(data, ref position) is > 0 and long version ? names.Value(session, version) : null,
            Usage = new TokenUsage(
                Number(data, ref position), Number(data, ref position), Number(data, ref position), Number(data, ref position), Number(data, ref position)),
            Cost = Money(data, ref position),
            ListCost = Money(data, ref position),
            Duplicate = (flags & Duplicate) != 0,
            Estimated = (flags & Estimated) != 0,
            Tier = (ServedTier)(flags >> TierShift),
        };
    }

    private void Write(long number) => Leb128.Write(_buffer, number);

    // A byte of length, 0 for unknown, and the text.
    private void Write(decimal? money)
    {
        Span<byte> span = _buffer.GetSpan(40);
        int length = 0;
        if (money is { } amount)
        {
            amount.TryFormat(span[1..], out length, provider: CultureInfo.InvariantCulture);
        }

        span[0] = (byte)length;
        _buffer.Advance(length + 1);
    }

    private static long Number(byte[] data, ref int position) => Leb128.Read(data, ref position);

    private static decimal? Money(byte[] data, ref int position)
    {
        int length = data[position++];
        ReadOnlySpan<byte> text = data.AsSpan(position, length);
        position += length;
        return length == 0 ? null : decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
    }
}
