using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Bedrock.Jobs;

/// <summary>Reads one record of a job's results, in the client's dialect.</summary>
internal static class JobRow
{
    public static BatchRow Read(string endpoint, ReadOnlyMemory<byte> line, Translators translators, TimeProvider clock)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
            JsonElement row = document.RootElement;
            string? id = row.Word("recordId");
            return row.Member("modelOutput") is { ValueKind: JsonValueKind.Object } output ? Answered(endpoint, id, Slice(line, output), translators, clock)
                : row.Member("error") is { ValueKind: JsonValueKind.Object } error ? Failed(endpoint, id, error)
                : new BatchRow(BatchRowKind.Unreadable, id, 0, default, null, null);
        }
        catch (JsonException)
        {
            return new BatchRow(BatchRowKind.Unreadable, null, 0, default, null, null);
        }
    }

    private static BatchRow Answered(string endpoint, string? id, ReadOnlyMemory<byte> answer, Translators translators, TimeProvider clock)
    {
        BatchRow row = translators.Translate(endpoint, new BatchRow(BatchRowKind.Answered, id, 200, answer, null, null), clock);

        // Counts are read from what the client gets, so that they agree.
        return row.Kind == BatchRowKind.Answered ? row with { Usage = UsageReader.Read(row.Body.Span, Endpoints.DialectOf(endpoint)) } : row;
    }

    private static BatchRow Failed(string endpoint, string? id, JsonElement error)
    {
        if (error.Member("expired") is { ValueKind: JsonValueKind.True })
        {
            return new BatchRow(BatchRowKind.Expired, id, 0, default, null, null);
        }

        int status = error.Count("errorCode") is { } code and >= 400 and <= 599 ? code : 500;
        var told = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(told))
        {
            json.WriteStartObject();
            json.WriteString("message", error.Word("errorMessage"));
            json.WriteEndObject();
        }

        return new BatchRow(BatchRowKind.Answered, id, status, ErrorBody.Write(Endpoints.DialectOf(endpoint), status, told.WrittenMemory), null, null);
    }

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> line, JsonElement element)
    {
        ReadOnlySpan<byte> raw = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element);
        return line.Span.Overlaps(raw, out int offset) ? line.Slice(offset, raw.Length) : raw.ToArray();
    }
}
