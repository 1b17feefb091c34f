using System.Text.Json;
using Leeway.Adapters.Translation.ChatOverGemini;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Gemini;

/// <summary>Reads one line of a batch's results, from a file or from within the batch.</summary>
internal static class GeminiRow
{
    public static BatchRow Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
            return Read(document.RootElement, line);
        }
        catch (JsonException)
        {
            return new BatchRow(BatchRowKind.Unreadable, null, 0, default, null, null);
        }
    }

    private static BatchRow Read(JsonElement row, ReadOnlyMemory<byte> line)
    {
        string? id = row.Word("key") ?? row.Member("metadata")?.Word("key");
        if (row.Member("response") is { ValueKind: JsonValueKind.Object } response)
        {
            ReadOnlyMemory<byte> answer = Slice(line, response);
            return new BatchRow(BatchRowKind.Answered, id, 200, answer, UsageReader.Read(answer.Span, UsageForm.Gemini), null);
        }

        // The vendor's documents say "status object", its SDK and recorded calls "error".
        if ((row.Member("error") ?? row.Member("status")) is not { ValueKind: JsonValueKind.Object } error)
        {
            return new BatchRow(BatchRowKind.Unreadable, id, 0, default, null, null);
        }

        if (error.Count("code") == RpcStatus.Cancelled)
        {
            return new BatchRow(BatchRowKind.Cancelled, id, 0, default, null, "CANCELLED");
        }

        (int status, ReadOnlyMemory<byte> body) = RpcStatus.ToAnswer(error);
        return new BatchRow(BatchRowKind.Answered, id, status, body, null, null);
    }

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> line, JsonElement element)
    {
        ReadOnlySpan<byte> raw = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element);
        return line.Span.Overlaps(raw, out int offset) ? line.Slice(offset, raw.Length) : raw.ToArray();
    }
}
