using System.Buffers;

namespace Leeway.Storage.Ledger;

/// <summary>Numbers of as few bytes as they need: seven bits a byte, the lowest first.</summary>
internal static class Leb128
{
    public static void Write(ArrayBufferWriter<byte> output, long number)
    {
        Span<byte> span = output.GetSpan(10);
        int length = 0;
        ulong rest = (ulong)number;
        while (rest >= 0x80)
        {
            span[length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        span[length++] = (byte)rest;
        output.Advance(length);
    }

    public static long Read(byte[] data, ref int position)
    {
        ulong number = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = data[position++];
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return (long)number;
            }
        }
    }
}
