using System.Text.Json;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Anthropic;

/// <summary>Reads one line of a message batch's results.</summary>
internal static class MessageRow
{
    /// <summary>The row; its body is a slice of the line.</summary>
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
        string? id = row.Word("custom_id");
        JsonElement? result = row.Member("result");
        return result?.Word("type") switch
        {
            "succeeded" when result?.Member("message") is { ValueKind: JsonValueKind.Object } message => Succeeded(id, Slice(line, message)),
            "errored" when result?.Member("error") is { ValueKind: JsonValueKind.Object } error => new BatchRow(
                BatchRowKind.Answered, id, ErrorBody.StatusOf((error.Member("error") ?? error).Word("type")), Slice(line, error), null, null),
            "expired" => new BatchRow(BatchRowKind.Expired, id, 0, default, null, null),
            "canceled" => new BatchRow(BatchRowKind.Cancelled, id, 0, default, null, null),
            { } other when other is not ("succeeded" or "errored") => new BatchRow(BatchRowKind.NotRun, id, 0, default, null, other),
            _ => new BatchRow(BatchRowKind.Unreadable, id, 0, default, null, null),
        };
    }

    private static BatchRow Succeeded(string? id, ReadOnlyMemory<byte> message) =>
        new(BatchRowKind.Answered, id, 200, message, UsageReader.Read(message.Span, Dialect.Anthropic), null);

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> line, JsonElement element)
    {
        ReadOnlySpan<byte> raw = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element);
        return line.Span.Overlaps(raw, out int offset) ? line.Slice(offset, raw.Length) : raw.ToArray();
    }
}
