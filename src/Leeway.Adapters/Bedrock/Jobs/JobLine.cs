using System.Buffers;
using System.Text;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Bedrock.Jobs;

/// <summary>Writes one record of a job's input.</summary>
internal static class JobLine
{
    /// <summary>Writes the record on a line of its own.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">Our id, which comes back with the answer.</param>
    /// <param name="body">What the model is asked.</param>
    /// <param name="edits">What to change of it.</param>
    /// <returns>Bytes written, line feed included.</returns>
    public static int Write(IBufferWriter<byte> output, RequestId id, ReadOnlySpan<byte> body, BodyEdits edits)
    {
        byte[] head = Encoding.UTF8.GetBytes($"{{\"recordId\":\"{id}\",\"modelInput\":");
        int length = head.Length + (int)edits.Measure(body.Length) + 2;
        Span<byte> line = output.GetSpan(length);
        head.CopyTo(line);
        int end = head.Length + edits.CopyTo(line[head.Length..], body);

        // Inside a string JSON writes a line break as an escape, so a raw one is white space between tokens.
        line[head.Length..end].Replace((byte)'\n', (byte)' ');
        line[head.Length..end].Replace((byte)'\r', (byte)' ');
        "}\n"u8.CopyTo(line[end..]);
        output.Advance(length);
        return length;
    }
}
