using System.Buffers;
using System.Text.Json;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>An error in place of the rest of a stream, as the clients of each endpoint expect it.</summary>
internal static class StreamErrors
{
    /// <summary>Writes the event.</summary>
    /// <param name="output">The stream.</param>
    /// <param name="endpoint">Whose stream it is.</param>
    /// <param name="problem">What went wrong.</param>
    /// <param name="requestId">For Anthropic's shape.</param>
    /// <param name="sequence">The next event's number, for Responses.</param>
    public static void Write(IBufferWriter<byte> output, string endpoint, Problem problem, string? requestId, int sequence = 0)
    {
        if (endpoint == Endpoints.Responses)
        {
            SseData.Write(output, "error"u8, WriteResponsesError(OpenAIErrors.Write(problem), sequence));
        }
        else if (Endpoints.DialectOf(endpoint) == Dialect.Anthropic)
        {
            SseData.Write(output, "error"u8, AnthropicErrors.Write(problem, requestId));
        }
        else
        {
            SseData.Write(output, OpenAIErrors.Write(problem));
        }
    }

    /// <summary>Writes an error that was stored as an answer's body, in the dialect of its endpoint.</summary>
    public static void Write(IBufferWriter<byte> output, string endpoint, ReadOnlySpan<byte> body)
    {
        if (Endpoints.DialectOf(endpoint) == Dialect.Anthropic)
        {
            SseData.Write(output, "error"u8, body);
        }
        else
        {
            SseData.Write(output, body);
        }
    }

    // The reference has the members at the top; what OpenAI sends nests them, and its SDKs read either. A provider may leave some out.
    private static byte[] WriteResponsesError(byte[] body, int sequence)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement error = document.RootElement.TryGetProperty("error", out JsonElement nested) ? nested : document.RootElement;
        int number = document.RootElement.TryGetProperty("sequence_number", out JsonElement given) && given.TryGetInt32(out int known) ? known : sequence;
        return Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteNumber("sequence_number", number);
            foreach (string name in (ReadOnlySpan<string>)["code", "message", "param"])
            {
                json.WritePropertyName(name);
                if (error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out JsonElement value))
                {
                    value.WriteTo(json);
                }
                else
                {
                    json.WriteNullValue();
                }
            }

            json.WritePropertyName("error");
            error.WriteTo(json);
            json.WriteEndObject();
        });
    }
}
