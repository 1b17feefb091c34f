using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Leeway.Tests.Adapters.Aws;

/// <summary>Writes messages of an event stream.</summary>
internal static class EventBytes
{
    public static byte[] Event(string type, string payload) =>
        Frame([.. Text(":message-type", "event"), .. Text(":event-type", type), .. Text(":content-type", "application/json")], Encoding.UTF8.GetBytes(payload));

    public static byte[] Exception(string type, string payload) =>
        Frame([.. Text(":message-type", "exception"), .. Text(":exception-type", type), .. Text(":content-type", "application/json")], Encoding.UTF8.GetBytes(payload));

    /// <summary>A message of a Claude model's response stream: JSON in base64 in JSON.</summary>
    public static byte[] Chunk(string json) => Event("chunk", $$"""{"bytes":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(json))}}","p":"abc"}""");

    public static byte[] Text(string name, string value)
    {
        byte[] text = Encoding.UTF8.GetBytes(value);
        return Header(name, 7, [(byte)(text.Length >> 8), (byte)text.Length, .. text]);
    }

    public static byte[] Header(string name, byte type, byte[] value) => [(byte)name.Length, .. Encoding.UTF8.GetBytes(name), type, .. value];

    public static byte[] Frame(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        byte[] bytes = new byte[16 + headers.Length + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), Crc32.HashToUInt32(bytes.AsSpan(0, 8)));
        headers.CopyTo(bytes.AsSpan(12));
        payload.CopyTo(bytes.AsSpan(12 + headers.Length));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), Crc32.HashToUInt32(bytes.AsSpan(0, bytes.Length - 4)));
        return bytes;
    }
}
