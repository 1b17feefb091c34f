using System.Buffers;
using System.Text;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Anthropic;

/// <summary>Writes one request of a message batch. Requests are elements of an array: each but the first begins with a comma, which create adds.</summary>
internal static class MessageLine
{
    /// <summary>Writes the request on a line of its own; the body keeps its bytes but for the model, the streaming member and our own metadata.</summary>
    /// <returns>Bytes written, line feed included.</returns>
    public static int Write(IBufferWriter<byte> output, RequestId id, ReadOnlySpan<byte> body, Binding binding)
    {
        if (!OpenAIBody.TryScan(body, out OpenAIBodyScan scan, out BodyProblem problem, JsonText.MaxDepth))
        {
            throw new ProviderException(new ProviderError(ProviderErrorKind.InvalidRequest, $"Request {id} cannot travel in a batch: {problem.Message}"));
        }

        var edits = new BodyEdits();
        if (!body.Slice(scan.Shape.Model.Start, scan.Shape.Model.Length).SequenceEqual(binding.ModelToken))
        {
            edits.Replace(scan.Shape.Model, binding.ModelToken);
        }

        edits.RemoveMembers(body, [scan.Shape.StreamMember, .. LeewayMetadata.Find(body)]);
        byte[] head = Encoding.UTF8.GetBytes($"{{\"custom_id\":\"{id}\",\"params\":");
        int length = head.Length + (int)edits.Measure(body.Length) + 2;
        Span<byte> line = output.GetSpan(length);
        head.CopyTo(line);
        int end = head.Length + edits.CopyTo(line[head.Length..], body);

        // Inside a string JSON writes a line break as an escape, so a raw one is white space between tokens.
        line[head.Length..end].Replace((byte)'\n', (byte)' ');
        "}\n"u8.CopyTo(line[end..]);
        output.Advance(length);
        return length;
    }
}
