using System.Text.Json;
using System.Text.Unicode;

namespace Leeway.Adapters.Wire.Batches;

/// <summary>Reads one line of a results or errors file. The body stays a slice of the line.</summary>
internal static class BatchRowReader
{
    // Together's code of a row whose parameters were refused.
    private const string ClientError = "batch_client_error";

    public static BatchRow Read(ReadOnlyMemory<byte> line)
    {
        ReadOnlySpan<byte> bytes = line.Span;
        if (bytes.StartsWith("\uFEFF"u8))
        {
            line = line[3..];
            bytes = line.Span;
        }

        // The JSON reader does not look at the encoding of strings it skips.
        if (!Utf8.IsValid(bytes))
        {
            return Unreadable(null);
        }

        Row row = default;
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return Unreadable(null);
            }

            ReadMembers(ref reader, ref row);
            reader.Read();
        }
        catch (JsonException)
        {
            return Unreadable(null);
        }

        return Judge(line, row);
    }

    private static void ReadMembers(ref Utf8JsonReader reader, ref Row row)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.NameIs(ref reader, "custom_id"u8))
            {
                reader.Read();
                row.CustomId = Text(ref reader);
            }
            else if (JsonText.NameIs(ref reader, "response"u8))
            {
                reader.Read();
                row.IsRow = true;
                ReadResponse(ref reader, ref row);
            }
            else if (JsonText.NameIs(ref reader, "error"u8))
            {
                reader.Read();
                row.IsRow = true;
                ReadError(ref reader, ref row);
            }
            else
            {
                reader.Read();
            }

            reader.Skip();
        }
    }

    private static void ReadResponse(ref Utf8JsonReader reader, ref Row row)
    {
        row.HasResponse = reader.TokenType != JsonTokenType.Null;
        row.Status = 0;
        row.Body = default;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isStatus = JsonText.NameIs(ref reader, "status_code"u8);
            bool isBody = JsonText.NameIs(ref reader, "body"u8);
            reader.Read();
            if (isStatus)
            {
                row.Status = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int status) ? status : 0;
            }

            int start = (int)reader.TokenStartIndex;
            JsonTokenType type = reader.TokenType;
            reader.Skip();
            if (isBody)
            {
                row.Body = type == JsonTokenType.Null ? default : new ByteRange(start, (int)reader.BytesConsumed - start);
                row.BodyIsObject = type == JsonTokenType.StartObject;
            }
        }
    }

    private static void ReadError(ref Utf8JsonReader reader, ref Row row)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        int start = (int)reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isCode = JsonText.NameIs(ref reader, "code"u8);
            reader.Read();
            if (isCode)
            {
                row.ErrorCode = Text(ref reader);
            }

            reader.Skip();
        }

        row.Error = new ByteRange(start, (int)reader.BytesConsumed - start);
    }

    private static BatchRow Judge(ReadOnlyMemory<byte> line, Row row)
    {
        if (row.HasResponse)
        {
            bool succeeded = row.Status is >= 200 and < 300;
            if (row.Status is < 100 or > 599 || (succeeded && !row.BodyIsObject))
            {
                return Unreadable(row.CustomId);
            }

            ReadOnlyMemory<byte> body = line.Slice(row.Body.Start, row.Body.Length);
            return new BatchRow(BatchRowKind.Answered, row.CustomId, row.Status, body, succeeded ? UsageReader.Read(body.Span) : null, null);
        }

        // The request's own mistake, told without a status.
        if (row.ErrorCode == ClientError)
        {
            return new BatchRow(BatchRowKind.Answered, row.CustomId, 400, (byte[])[.. "{\"error\":"u8, .. line.Span.Slice(row.Error.Start, row.Error.Length), (byte)'}'], null, row.ErrorCode);
        }

        BatchRowKind kind = row switch
        {
            { IsRow: false } => BatchRowKind.Unreadable,
            { ErrorCode: "batch_expired" } => BatchRowKind.Expired,
            { ErrorCode: "batch_cancelled" } => BatchRowKind.Cancelled,
            _ => BatchRowKind.NotRun,
        };
        return new BatchRow(kind, row.CustomId, 0, default, null, row.ErrorCode);
    }

    private static string? Text(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && JsonText.TryGet(ref reader, out string? text) ? text : null;

    private static BatchRow Unreadable(string? customId) => new(BatchRowKind.Unreadable, customId, 0, default, null, null);

    private struct Row
    {
        public bool IsRow;
        public string? CustomId;
        public bool HasResponse;
        public int Status;
        public ByteRange Body;
        public bool BodyIsObject;
        public string? ErrorCode;
        public ByteRange Error;
    }
}
