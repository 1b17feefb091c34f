using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Leeway.Sandbox.Aws;

/// <summary>A message of <c>application/vnd.amazon.eventstream</c>: lengths, CRC-32 of both, headers, payload, CRC-32 of all before it; numbers are big-endian.</summary>
/// <param name="Kind"><c>event</c> or <c>exception</c>.</param>
/// <param name="Name">Of the event or exception.</param>
internal readonly record struct EventMessage(string Kind, string Name, string ContentType, ReadOnlyMemory<byte> Payload)
{
    private const int PreludeBytes = 12;
    private const int CrcBytes = 4;
    private const byte StringType = 7;

    public static EventMessage Event(string name, ReadOnlyMemory<byte> json) => new("event", name, "application/json", json);

    public byte[] Encode()
    {
        var headers = new ArrayBufferWriter<byte>(128);
        Write(headers, Kind == "exception" ? ":exception-type" : ":event-type", Name);
        Write(headers, ":content-type", ContentType);
        Write(headers, ":message-type", Kind);
        var message = new byte[PreludeBytes + headers.WrittenCount + Payload.Length + CrcBytes];
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)message.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), (uint)headers.WrittenCount);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Crc32.HashToUInt32(message.AsSpan(0, 8)));
        headers.WrittenSpan.CopyTo(message.AsSpan(PreludeBytes));
        Payload.Span.CopyTo(message.AsSpan(PreludeBytes + headers.WrittenCount));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - CrcBytes), Crc32.HashToUInt32(message.AsSpan(0, message.Length - CrcBytes)));
        return message;
    }

    private static void Write(ArrayBufferWriter<byte> headers, string name, string value)
    {
        headers.Write([(byte)name.Length]);
        headers.Write(Encoding.UTF8.GetBytes(name));
        var length = Encoding.UTF8.GetByteCount(value);
        headers.Write([StringType, (byte)(length >> 8), (byte)length]);
        headers.Write(Encoding.UTF8.GetBytes(value));
    }
}
