using System.Buffers;
using System.Text.Json;

namespace Leeway.Adapters.Wire.Calls;

/// <summary>Asks for usage in a stream whose client did not, because the ledger needs it.</summary>
internal static class StreamUsage
{
    private static readonly byte[] s_member = ",\"stream_options\":{\"include_usage\":true}"u8.ToArray();

    /// <summary>Adds the edit; false when the body asks already, does not stream, or holds something there that the provider has to refuse.</summary>
    public static bool TryAsk(BodyEdits edits, ReadOnlySpan<byte> body, BodyShape shape)
    {
        if (!shape.Stream || shape.IncludesUsage)
        {
            return false;
        }

        ByteRange member = shape.StreamOptionsMember;
        if (member.Length == 0)
        {
            edits.Replace(new ByteRange(shape.StreamMember.End, 0), s_member);
            return true;
        }

        ReadOnlySpan<byte> text = body.Slice(member.Start, member.Length);
        int value = ValueStart(text);
        if (text[value] is not ((byte)'{' or (byte)'n'))
        {
            return false;
        }

        edits.Replace(new ByteRange(member.Start + value, member.Length - value), WithUsage(text[value..]));
        return true;
    }

    private static int ValueStart(ReadOnlySpan<byte> member)
    {
        var name = new Utf8JsonReader(member);
        name.Read();
        int colon = (int)name.BytesConsumed;
        colon += member[colon..].IndexOf((byte)':') + 1;
        return colon + member[colon..].IndexOfAnyExcept(" \t\r\n"u8);
    }

    /// <summary>The client's options, an object or null, without its own <c>include_usage</c>, and with ours.</summary>
    private static ReadOnlyMemory<byte> WithUsage(ReadOnlySpan<byte> options)
    {
        var output = new ArrayBufferWriter<byte>(options.Length + 32);
        output.Write("{\"include_usage\":true"u8);
        var reader = new Utf8JsonReader(options, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int start = (int)reader.TokenStartIndex;
            bool isUsage = JsonText.NameIs(ref reader, "include_usage"u8);
            reader.Read();
            reader.Skip();
            if (!isUsage)
            {
                output.Write(","u8);
                output.Write(options[start..(int)reader.BytesConsumed]);
            }
        }

        output.Write("}"u8);
        return output.WrittenMemory;
    }
}
