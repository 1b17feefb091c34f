using System.Buffers;
using System.Text;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Wire.Batches;

/// <summary>Writes one line of a batch's input.</summary>
internal static class BatchLine
{
    /// <summary>Writes the line; the body keeps its bytes but for the model, the streaming members and our own metadata.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">The correlation id.</param>
    /// <param name="url">The line's <c>url</c>; null for lines that name no call.</param>
    /// <param name="body">The request.</param>
    /// <param name="binding">Whose model's name it gets.</param>
    /// <returns>Bytes written, line feed included.</returns>
    public static int Write(IBufferWriter<byte> output, RequestId id, string? url, ReadOnlySpan<byte> body, Binding binding)
    {
        if (!OpenAIBody.TryScan(body, out OpenAIBodyScan scan, out BodyProblem problem, JsonText.MaxDepth))
        {
            throw new ProviderException(new ProviderError(ProviderErrorKind.InvalidRequest, $"Request {id} cannot travel in a batch: {problem.Message}"));
        }

        var edits = new BodyEdits();
        if (!body.Slice(scan.Shape.Model.Start, scan.Shape.Model.Length).SequenceEqual(binding.BatchModelToken))
        {
            edits.Replace(scan.Shape.Model, binding.BatchModelToken);
        }

        // Metadata that is only ours goes as a whole and may stand beside the streaming members, so they are removed together.
        edits.RemoveMembers(body, [scan.Shape.StreamMember, scan.Shape.StreamOptionsMember, scan.Shape.ServiceTierMember, scan.Shape.BackgroundMember, .. LeewayMetadata.Find(body)]);

        int head = Encoding.UTF8.GetByteCount(url ?? "") + RequestId.Prefix.Length + 96;
        int most = head + (int)edits.Measure(body.Length);
        Span<byte> line = output.GetSpan(most);
        int length = 0;
        Append(line, ref length, "{\"custom_id\":\""u8);
        length += Encoding.UTF8.GetBytes(id.ToString(), line[length..]);
        if (url is not null)
        {
            Append(line, ref length, "\",\"method\":\"POST\",\"url\":\""u8);
            length += Encoding.UTF8.GetBytes(url, line[length..]);
        }

        Append(line, ref length, "\",\"body\":"u8);
        int bodyStart = length;
        length += edits.CopyTo(line[length..], body);

        // Inside a string JSON writes a line break as an escape, so a raw one is white space between tokens.
        line[bodyStart..length].Replace((byte)'\n', (byte)' ');
        line[bodyStart..length].Replace((byte)'\r', (byte)' ');
        Append(line, ref length, "}\n"u8);
        output.Advance(length);
        return length;
    }

    private static void Append(Span<byte> line, ref int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(line[length..]);
        length += text.Length;
    }
}
