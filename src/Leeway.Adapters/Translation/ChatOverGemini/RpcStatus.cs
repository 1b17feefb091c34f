using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>Google's own error codes, which rows of batches carry instead of a status of HTTP's.</summary>
internal static class RpcStatus
{
    public const int Cancelled = 1;

    // By code, as google.rpc.Code numbers and google.api maps them.
    private static readonly (int Http, string Word)[] s_all =
    [
        (200, "OK"), (499, "CANCELLED"), (500, "UNKNOWN"), (400, "INVALID_ARGUMENT"), (504, "DEADLINE_EXCEEDED"), (404, "NOT_FOUND"), (409, "ALREADY_EXISTS"), (403, "PERMISSION_DENIED"),
        (429, "RESOURCE_EXHAUSTED"), (400, "FAILED_PRECONDITION"), (409, "ABORTED"), (400, "OUT_OF_RANGE"), (501, "UNIMPLEMENTED"), (500, "INTERNAL"), (503, "UNAVAILABLE"),
        (500, "DATA_LOSS"), (401, "UNAUTHENTICATED"),
    ];

    /// <summary>
    /// The status of HTTP's and the body as a call in real time would have had them. A code that is no code of the list but a status of
    /// HTTP's counts as one.
    /// </summary>
    public static (int Status, ReadOnlyMemory<byte> Body) ToAnswer(JsonElement error)
    {
        int code = error.Count("code") ?? 2;
        (int http, string word) = code > 0 && code < s_all.Length ? s_all[code]
            : code is >= 400 and <= 599 ? (code, error.Word("status") ?? "UNKNOWN")
            : (500, "UNKNOWN");
        return (http, Write(http, error.Word("message"), word));
    }

    /// <summary>The body of an error as Google writes it.</summary>
    public static ReadOnlyMemory<byte> Write(int http, string? message, string word)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteNumber("code", http);
            json.WriteString("message", message);
            json.WriteString("status", word);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
