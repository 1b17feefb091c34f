using System.Buffers;

namespace Leeway.Files;

/// <summary>
/// A line without the insides of its long string values. These are most of a batch file; here they are checked with vectors, while a JSON reader
/// looks at every byte behind the first escape. Everything else stays, so that the reader still judges the grammar.
/// </summary>
internal ref struct LineSkeleton
{
    /// <summary>What stands for a string that was left out: no value that anyone looks for.</summary>
    public const char Stub = '\0';

    // Below these it costs more than it saves.
    private const int WorthwhileLine = 512;
    private const int WorthwhileString = 96;
    private const int MaxCuts = 32;

    private static readonly SearchValues<byte> s_special = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);

    private readonly byte[] _bytes;
    private readonly Cut[] _cuts;
    private int _length;
    private int _count;

    private LineSkeleton(int lineLength)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(lineLength);
        _cuts = ArrayPool<Cut>.Shared.Rent(MaxCuts);
    }

    public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>False, when the line is not worth it or not JSON; the reader tells which on the whole of it.</summary>
    public static bool TryMake(ReadOnlySpan<byte> line, out LineSkeleton skeleton)
    {
        skeleton = default;
        if (line.Length < WorthwhileLine)
        {
            return false;
        }

        skeleton = new LineSkeleton(line.Length);
        if (skeleton.Fill(line))
        {
            return true;
        }

        skeleton.Dispose();
        return false;
    }

    /// <summary>Where what stands at <paramref name="range"/> here stands in the line.</summary>
    public readonly ByteRange InLine(ByteRange range)
    {
        int start = InLine(range.Start);
        return new ByteRange(start, InLine(range.End) - start);
    }

    public readonly void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<Cut>.Shared.Return(_cuts);
    }

    private bool Fill(ReadOnlySpan<byte> line)
    {
        int copied = 0;
        int at = 0;
        while (line[at..].IndexOf((byte)'"') is >= 0 and var quote)
        {
            int start = at + quote + 1;
            int end = EndOfString(line, start);
            if (end < 0)
            {
                return false;
            }

            at = end + 1;
            if (end - start >= WorthwhileString && _count < MaxCuts && !IsName(line, at))
            {
                Copy(line[copied..start]);
                Copy("\\u0000"u8);
                copied = end;
                _cuts[_count++] = new Cut(_length, end - _length);
            }
        }

        Copy(line[copied..]);
        return true;
    }

    private void Copy(ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(_bytes.AsSpan(_length));
        _length += piece.Length;
    }

    private readonly int InLine(int offset)
    {
        int shift = 0;
        for (int i = 0; i < _count && _cuts[i].Behind <= offset; i++)
        {
            shift = _cuts[i].Shift;
        }

        return offset + shift;
    }

    // The closing quote of a string whose first character is at start, or -1 when there is none or the string is not JSON.
    private static int EndOfString(ReadOnlySpan<byte> line, int start)
    {
        while (line[start..].IndexOfAny(s_special) is >= 0 and var found)
        {
            start += found;
            if (line[start] == (byte)'"')
            {
                return start;
            }

            int escape = line[start] == (byte)'\\' ? EscapeLength(line[start..]) : 0;
            if (escape == 0)
            {
                return -1;
            }

            start += escape;
        }

        return -1;
    }

    private static int EscapeLength(ReadOnlySpan<byte> escape)
    {
        if (escape.Length < 2)
        {
            return 0;
        }

        return escape[1] switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' => 2,
            (byte)'u' when escape.Length >= 6 && char.IsAsciiHexDigit((char)escape[2]) && char.IsAsciiHexDigit((char)escape[3])
                && char.IsAsciiHexDigit((char)escape[4]) && char.IsAsciiHexDigit((char)escape[5]) => 6,
            _ => 0,
        };
    }

    private static bool IsName(ReadOnlySpan<byte> line, int behind)
    {
        int next = line[behind..].IndexOfAnyExcept(" \t\r\n"u8);
        return next >= 0 && line[behind + next] == (byte)':';
    }

    /// <summary>From <paramref name="Behind"/> on, the line is <paramref name="Shift"/> bytes ahead.</summary>
    private readonly record struct Cut(int Behind, int Shift);
}
