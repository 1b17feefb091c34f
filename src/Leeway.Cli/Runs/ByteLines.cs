namespace Leeway.Cli.Runs;

/// <summary>The lines of a file as bytes, without their line breaks and without a byte order mark.</summary>
internal static class ByteLines
{
    // Far above what any gateway accepts; a file without line breaks is not read into memory whole.
    private const int MaxLine = 64 * 1024 * 1024;

    /// <summary>Each line is valid until the next is asked for.</summary>
    /// <exception cref="FormatException">A line is absurdly long.</exception>
    public static IEnumerable<(int Number, ReadOnlyMemory<byte> Line)> Read(Stream stream)
    {
        byte[] buffer = new byte[64 * 1024];
        int start = 0;
        int end = 0;
        int number = 0;
        while (true)
        {
            int feed = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                yield return (++number, Trim(buffer.AsMemory(start, feed), number));
                start += feed + 1;
                continue;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length)
            {
                if (end >= MaxLine)
                {
                    throw new FormatException($"line {number + 1} is longer than {MaxLine} bytes.");
                }

                Array.Resize(ref buffer, buffer.Length * 2);
            }

            int read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                break;
            }

            end += read;
        }

        if (end > 0)
        {
            yield return (++number, Trim(buffer.AsMemory(0, end), number));
        }
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> line, int number)
    {
        if (number == 1 && line.Span.StartsWith("\uFEFF"u8))
        {
            line = line[3..];
        }

        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }
}
