using Leeway.Sandbox.Files;

namespace Leeway.Sandbox.Batches;

/// <summary>Where a line stands in a file; its number counts from 1, blank lines included.</summary>
internal readonly record struct JsonLine(long Offset, int Length, int Number)
{
    private const int BlockBytes = 1024 * 1024;

    public delegate bool Visit(JsonLine line, ReadOnlyMemory<byte> bytes);

    /// <summary>Visits the lines that are not blank, in order, until a visit answers false. The bytes are valid during the visit.</summary>
    public static void VisitAll(FileContent content, Visit visit)
    {
        var buffer = new byte[(int)Math.Min(BlockBytes, content.Length + 1)];
        var filled = 0;
        long start = 0;
        var number = 0;
        while (true)
        {
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = content.Read(start + filled, buffer.AsSpan(filled));
            filled += read;
            var taken = 0;
            while (taken < filled)
            {
                var newline = buffer.AsSpan(taken, filled - taken).IndexOf((byte)'\n');
                if (newline < 0 && read > 0)
                {
                    break;
                }

                var length = newline < 0 ? filled - taken : newline;
                var line = new JsonLine(start + taken, length, ++number);
                var bytes = buffer.AsMemory(taken, length);
                taken += newline < 0 ? length : length + 1;
                if (bytes.Span.ContainsAnyExcept(" \t\r"u8) && !visit(line, bytes))
                {
                    return;
                }
            }

            if (read == 0)
            {
                return;
            }

            buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
            filled -= taken;
            start += taken;
        }
    }
}
