using System.Text;
using System.Text.Json;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Translation.ChatOverGemini;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Vertex;

/// <summary>Reads one line of a job's predictions.</summary>
internal static class VertexRow
{
    private const int LongestCode = 200;

    /// <param name="line">The line.</param>
    /// <param name="isClaude">Whether the row is of a model of Anthropic's, which have an id of their own.</param>
    public static BatchRow Read(ReadOnlyMemory<byte> line, out bool isClaude)
    {
        isClaude = false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
            JsonElement row = document.RootElement;
            string? customId = row.Word("custom_id");
            isClaude = customId is not null;
            return Read(row, line, customId ?? row.Member("request")?.Member("labels")?.Word(VertexLine.Label), isClaude);
        }
        catch (JsonException)
        {
            return new BatchRow(BatchRowKind.Unreadable, null, 0, default, null, null);
        }
    }

    private static BatchRow Read(JsonElement row, ReadOnlyMemory<byte> line, string? id, bool isClaude)
    {
        if (row.Word("status") is { Length: > 0 } status)
        {
            return Failed(id, status);
        }

        if (row.Member("response") is not { ValueKind: JsonValueKind.Object } response || response.GetPropertyCount() == 0)
        {
            return new BatchRow(BatchRowKind.Unreadable, id, 0, default, null, null);
        }

        if (!isClaude)
        {
            ReportedUsage? usage = UsageReader.Read(Slice(line, response).Span, UsageForm.Gemini);
            return new BatchRow(BatchRowKind.Answered, id, 200, Slice(line, response), usage, null);
        }

        return response.Word("type") == "error"
            ? new BatchRow(BatchRowKind.Answered, id, ErrorBody.StatusOf(response.Member("error")?.Word("type")), Slice(line, response), null, null)
            : new BatchRow(BatchRowKind.Answered, id, 200, Slice(line, response), UsageReader.Read(Slice(line, response).Span, Dialect.Anthropic), null);
    }

    /// <summary>A failed row tells why in a text, in which the error that a call would have got often stands as JSON.</summary>
    private static BatchRow Failed(string? id, string status)
    {
        if (status.IndexOf('{', StringComparison.Ordinal) is >= 0 and var at)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetBytes(status[at..]), new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
                JsonElement error = document.RootElement.Member("error") ?? document.RootElement;
                if (error.Count("code") is not null)
                {
                    (int http, ReadOnlyMemory<byte> body) = RpcStatus.ToAnswer(error);
                    return new BatchRow(BatchRowKind.Answered, id, http, body, null, null);
                }
            }
            catch (JsonException)
            {
                // It only looks like JSON.
            }
        }

        if (!status.StartsWith("Bad Request", StringComparison.OrdinalIgnoreCase))
        {
            return new BatchRow(BatchRowKind.NotRun, id, 0, default, null, status.Length <= LongestCode ? status : status[..LongestCode]);
        }

        return new BatchRow(BatchRowKind.Answered, id, 400, RpcStatus.Write(400, status, "INVALID_ARGUMENT"), null, null);
    }

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> line, JsonElement element)
    {
        ReadOnlySpan<byte> raw = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element);
        return line.Span.Overlaps(raw, out int offset) ? line.Slice(offset, raw.Length) : raw.ToArray();
    }
}
