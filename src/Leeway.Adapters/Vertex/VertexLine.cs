using System.Buffers;
using System.Text;

namespace Leeway.Adapters.Vertex;

/// <summary>Writes the lines of a job's input. Gemini's have no member for an id, but answers repeat their request, labels included.</summary>
internal static class VertexLine
{
    /// <summary>The label that holds our id. Labels take lower-case letters, digits, hyphens and underscores, and at most 63 of them: our ids are made of such.</summary>
    public const string Label = "leeway_id";

    /// <summary>Writes one request, already in the model's dialect and not empty, on a line of its own.</summary>
    /// <returns>Bytes written, line feed included.</returns>
    public static int Write(IBufferWriter<byte> output, RequestId id, ReadOnlySpan<byte> request, bool isClaude)
    {
        byte[] head = Encoding.UTF8.GetBytes(isClaude ? $"{{\"custom_id\":\"{id}\",\"request\":" : "{\"request\":");
        ReadOnlySpan<byte> body = isClaude ? request : request[..^1];
        byte[] tail = Encoding.UTF8.GetBytes(isClaude ? "}\n" : $",\"labels\":{{\"{Label}\":\"{id}\"}}}}}}\n");
        int length = head.Length + body.Length + tail.Length;
        Span<byte> line = output.GetSpan(length);
        head.CopyTo(line);
        Span<byte> middle = line.Slice(head.Length, body.Length);
        body.CopyTo(middle);

        // Inside a string JSON writes a line break as an escape, so a raw one is white space between tokens.
        middle.Replace((byte)'\n', (byte)' ');
        middle.Replace((byte)'\r', (byte)' ');
        tail.CopyTo(line[(head.Length + body.Length)..]);
        output.Advance(length);
        return length;
    }
}
