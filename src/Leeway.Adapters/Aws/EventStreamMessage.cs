using System.Text;

namespace Leeway.Adapters.Aws;

/// <summary>One message of an event stream.</summary>
/// <param name="Kind"><c>event</c>, <c>exception</c> or <c>error</c>.</param>
/// <param name="Name">The event's or exception's type; the code of an error.</param>
/// <param name="Text">What an error says; empty for others.</param>
/// <param name="Payload">The content.</param>
internal sealed record EventStreamMessage(string Kind, string Name, string Text, byte[] Payload)
{
    /// <summary>Reads a message's headers: name, type and value each; only texts matter here.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public static EventStreamMessage Read(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload)
    {
        string kind = "event", name = "", text = "";
        while (!headers.IsEmpty)
        {
            string key = Encoding.UTF8.GetString(Take(ref headers, Take(ref headers, 1)[0]));
            byte type = Take(ref headers, 1)[0];
            ReadOnlySpan<byte> value = Take(ref headers, LengthOf(type, ref headers));
            if (type != 7)
            {
                continue;
            }

            switch (key)
            {
                case ":message-type":
                    kind = Encoding.UTF8.GetString(value);
                    break;
                case ":event-type" or ":exception-type" or ":error-code":
                    name = Encoding.UTF8.GetString(value);
                    break;
                case ":error-message":
                    text = Encoding.UTF8.GetString(value);
                    break;
            }
        }

        return new EventStreamMessage(kind, name, text, payload.ToArray());
    }

    /// <summary>Bytes of a value: booleans stand in their type, numbers have their size, bytes (6) and texts (7) a length in front.</summary>
    private static int LengthOf(byte type, ref ReadOnlySpan<byte> headers) => type switch
    {
        0 or 1 => 0,
        2 => 1,
        3 => 2,
        4 => 4,
        5 or 8 => 8,
        6 or 7 => System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(Take(ref headers, 2)),
        9 => 16,
        _ => throw new FormatException($"sent an event with a header of the unknown type {type}"),
    };

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> from, int count)
    {
        if (count > from.Length)
        {
            throw new FormatException("sent an event whose headers break off");
        }

        ReadOnlySpan<byte> taken = from[..count];
        from = from[count..];
        return taken;
    }
}
