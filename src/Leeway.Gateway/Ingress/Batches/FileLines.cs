using System.Runtime.CompilerServices;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>A line of a file. Its bytes are valid until the next one is asked for.</summary>
/// <param name="Number">From 1; empty lines count.</param>
/// <param name="Offset">Of its first byte in the file.</param>
/// <param name="Bytes">Without line break; empty when the line is too long.</param>
/// <param name="IsTooLong">Whether it is longer than a line may be.</param>
internal readonly record struct FileLine(int Number, long Offset, ReadOnlyMemory<byte> Bytes, bool IsTooLong);

/// <summary>Lines of a file with their places, in a buffer of one block or one line, whichever is larger. Lines that hold nothing are left out.</summary>
internal static class FileLines
{
    private const int BlockBytes = 256 * 1024;

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    public static async IAsyncEnumerable<FileLine> ReadAsync(Stream content, int maxLine, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[BlockBytes];
        int start = 0;
        int end = 0;
        long offset = 0;
        int number = 0;
        bool skipping = false;
        bool isLast = false;
        while (!isLast)
        {
            // 1. Room for more: what is left moves to the front, and a line longer than the buffer makes it grow.
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (offset, end, start) = (offset + start, end - start, 0);
            if (end == buffer.Length)
            {
                if (buffer.Length > maxLine)
                {
                    (skipping, offset, end) = (true, offset + end, 0);
                }
                else
                {
                    Array.Resize(ref buffer, 2 * buffer.Length);
                }
            }

            int read = await content.ReadAsync(buffer.AsMemory(end), cancellationToken);
            end += read;
            isLast = read == 0;

            // 2. The lines in it.
            while (TryTake(buffer.AsSpan(start, end - start), isLast, out int length, out int taken))
            {
                number++;
                FileLine line = Trim(number, offset + start, buffer.AsMemory(start, length));
                start += taken;
                if (skipping || length > maxLine)
                {
                    skipping = false;
                    yield return line with { Bytes = default, IsTooLong = true };
                }
                else if (line.Bytes.Span.ContainsAnyExcept((byte)' ', (byte)'\t'))
                {
                    yield return line;
                }
            }
        }

        if (skipping)
        {
            yield return new FileLine(number + 1, offset, default, IsTooLong: true);
        }
    }

    private static bool TryTake(ReadOnlySpan<byte> bytes, bool isLast, out int length, out int taken)
    {
        length = bytes.IndexOf((byte)'\n');
        if (length >= 0)
        {
            taken = length + 1;
            return true;
        }

        length = taken = bytes.Length;
        return isLast && taken > 0;
    }

    private static FileLine Trim(int number, long offset, ReadOnlyMemory<byte> bytes)
    {
        int mark = number == 1 && bytes.Span.StartsWith(Mark) ? Mark.Length : 0;
        bytes = bytes[mark..];
        return new FileLine(number, offset + mark, bytes.Span is [.., (byte)'\r'] ? bytes[..^1] : bytes, IsTooLong: false);
    }
}
