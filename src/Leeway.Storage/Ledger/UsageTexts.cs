using System.Buffers;
using System.Globalization;
using System.Text;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Ledger;

/// <summary>
/// Raw usages within packed entries. A vendor's usage is the same text each time but for its numbers, so the text with a mark in each number's
/// place is interned like a name, and an entry holds its number and the numbers: about 15 bytes for 300. Texts that do not repeat are written out.
/// </summary>
internal sealed class UsageTexts(InternedNames names)
{
    private const char Mark = '#';
    private const int None = 0;
    private const int Literal = 1;
    private const int Template = 2;

    // More shapes than all vendors together have; beyond them something that changes each time is in the text.
    private const int MostTemplates = 256;

    // A number of more digits is left in the text.
    private const int MostDigits = 18;

    private readonly char[] _text = new char[ReportedUsage.MostRaw];
    private readonly long[] _numbers = new long[ReportedUsage.MostRaw];
    private int _templates;

    // Most calls are to one vendor: comparing is cheaper than looking up.
    private (string Text, long Number, int Forgotten) _last = ("", 0, -1);

    /// <summary>Writes one usage. For the writer only.</summary>
    public void Write(Session session, ReadOnlySpan<byte> raw, ArrayBufferWriter<byte> output)
    {
        if (raw.IsEmpty)
        {
            Leb128.Write(output, None);
        }
        else if (TrySplit(raw, out int length, out int count) && NumberOf(session, _text.AsSpan(0, length)) is { } template)
        {
            Leb128.Write(output, Template);
            Leb128.Write(output, template);
            for (int i = 0; i < count; i++)
            {
                Leb128.Write(output, _numbers[i]);
            }
        }
        else
        {
            Leb128.Write(output, Literal);
            Leb128.Write(output, raw.Length);
            output.Write(raw);
        }
    }

    /// <summary>Reads one usage; empty when there was none.</summary>
    public byte[] Read(Session session, byte[] data, ref int position)
    {
        switch (Leb128.Read(data, ref position))
        {
            case None:
                return [];
            case Template:
                string template = names.Value(session, Leb128.Read(data, ref position));
                var text = new StringBuilder(template.Length * 2);
                foreach (char next in template)
                {
                    _ = next == Mark ? text.Append(CultureInfo.InvariantCulture, $"{Leb128.Read(data, ref position)}") : text.Append(next);
                }

                return Encoding.ASCII.GetBytes(text.ToString());
            default:
                int length = (int)Leb128.Read(data, ref position);
                position += length;
                return data[(position - length)..position];
        }
    }

    private long? NumberOf(Session session, ReadOnlySpan<char> template)
    {
        if (_last.Forgotten == names.Forgotten && template.SequenceEqual(_last.Text))
        {
            return _last.Number;
        }

        if (!names.TryGetKnown(template, out string? text, out long number))
        {
            if (_templates == MostTemplates)
            {
                return null;
            }

            _templates++;
            text = template.ToString();
            number = names.Number(session, text);
        }

        _last = (text, number, names.Forgotten);
        return number;
    }

    /// <summary>Takes the numbers out; false for a text that has the mark itself, or letters beyond ASCII.</summary>
    private bool TrySplit(ReadOnlySpan<byte> raw, out int length, out int count)
    {
        (length, count) = (0, 0);
        if (raw.Length > _text.Length)
        {
            return false;
        }

        while (!raw.IsEmpty)
        {
            int digit = raw.IndexOfAnyInRange((byte)'0', (byte)'9');
            ReadOnlySpan<byte> between = digit < 0 ? raw : raw[..digit];
            if (between.Contains((byte)Mark) || Ascii.ToUtf16(between, _text.AsSpan(length), out int written) != OperationStatus.Done)
            {
                return false;
            }

            length += written;
            raw = raw[between.Length..];
            if (!raw.IsEmpty)
            {
                int digits = Digits(raw);
                TakeNumber(raw[..digits], ref length, ref count);
                raw = raw[digits..];
            }
        }

        return true;
    }

    // Zeros in front, and numbers that are too long, stay in the text: 0.00120 is 0.00 and a 120.
    private void TakeNumber(ReadOnlySpan<byte> digits, ref int length, ref int count)
    {
        int zeros = digits[..^1].IndexOfAnyExcept((byte)'0');
        zeros = zeros < 0 ? digits.Length - 1 : zeros;
        int kept = digits.Length - zeros > MostDigits ? digits.Length : zeros;
        Ascii.ToUtf16(digits[..kept], _text.AsSpan(length), out _);
        length += kept;
        if (kept == digits.Length)
        {
            return;
        }

        long number = 0;
        foreach (byte digit in digits[kept..])
        {
            number = (number * 10) + (digit - '0');
        }

        _text[length++] = Mark;
        _numbers[count++] = number;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }
}
