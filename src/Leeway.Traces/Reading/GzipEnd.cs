using System.Buffers.Binary;

namespace Leeway.Traces.Reading;

/// <summary>Whether a gzip file is whole. The framework's reader takes the end of a cut file for the end of its content.</summary>
internal static class GzipEnd
{
    private const int HeaderBytes = 10;
    private const int TrailerBytes = 8;
    private const int BufferBytes = 1 << 20;

    /// <summary>
    /// The last four bytes are the content's length modulo 2³². Where they are another number the file was cut, unless it is several packed files one after another: then they
    /// are the last one's length, and nothing is known.
    /// </summary>
    public static bool IsCut(FileStream packed, long contentLength)
    {
        if (packed.Length < HeaderBytes + TrailerBytes)
        {
            return true;
        }

        Span<byte> length = stackalloc byte[4];
        packed.Position = packed.Length - length.Length;
        packed.ReadExactly(length);
        return BinaryPrimitives.ReadUInt32LittleEndian(length) != (uint)contentLength && !HasSecondHeader(packed);
    }

    private static bool HasSecondHeader(FileStream packed)
    {
        var buffer = new byte[BufferBytes];
        packed.Position = HeaderBytes + TrailerBytes;
        int kept = 0;
        while (packed.Read(buffer, kept, buffer.Length - kept) is > 0 and int read)
        {
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, kept + read);
            for (int at = 0; at + HeaderBytes <= bytes.Length; at++)
            {
                int next = bytes[at..(bytes.Length - HeaderBytes + 3)].IndexOf((ReadOnlySpan<byte>)[0x1F, 0x8B, 0x08]);
                if (next < 0)
                {
                    break;
                }

                at += next;

                // No name or one, a compression level that exists, an operating system that exists: chance has such bytes once in a terabyte.
                if (bytes[at + 3] is 0 or 8 && bytes[at + 8] is 0 or 2 or 4 && bytes[at + 9] is (<= 13 or 255))
                {
                    return true;
                }
            }

            kept = Math.Min(HeaderBytes - 1, bytes.Length);
            bytes[^kept..].CopyTo(buffer);
        }

        return false;
    }
}
