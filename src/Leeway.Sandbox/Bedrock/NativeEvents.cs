using System.Text.Json;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>The chunks of a streamed InvokeModel: each holds one event of the model's own, in base64; the last also tells the tokens.</summary>
internal static class NativeEvents
{
    public static IEnumerable<(EventMessage Message, bool IsChunk)> Of(Answer answer, IEnumerable<ServerEvent> events, Func<long> latencyMs)
    {
        ServerEvent? held = null;
        foreach (var next in events)
        {
            if (held is { } one)
            {
                yield return (Chunk(AwsEvents.Json(json => Write(json, answer, one))), one.IsChunk);
            }

            held = next;
        }

        if (held is { } last)
        {
            yield return (Chunk(WithMetrics(AwsEvents.Json(json => Write(json, answer, last)), answer.Usage, latencyMs())), false);
        }
    }

    /// <summary>Nova names its events as Converse does, around what they hold.</summary>
    private static void Write(Utf8JsonWriter json, Answer answer, ServerEvent one)
    {
        if (answer is not ConverseAnswer)
        {
            one.Write(json);
            return;
        }

        json.WriteStartObject();
        json.WritePropertyName(one.Name!);
        one.Write(json);
        json.WriteEndObject();
    }

    private static EventMessage Chunk(ReadOnlyMemory<byte> payload) => EventMessage.Event("chunk", AwsEvents.Json(json =>
    {
        json.WriteStartObject();
        json.WriteBase64String("bytes", payload.Span);
        json.WriteEndObject();
    }));

    private static ReadOnlyMemory<byte> WithMetrics(ReadOnlyMemory<byte> last, TokenUsage usage, long latencyMs)
    {
        using var document = JsonDocument.Parse(last);
        return AwsEvents.Json(json =>
        {
            json.WriteStartObject();
            foreach (var field in document.RootElement.EnumerateObject())
            {
                field.WriteTo(json);
            }

            json.WriteStartObject("amazon-bedrock-invocationMetrics");
            json.WriteNumber("inputTokenCount", usage.Input - usage.Cached - usage.Written5m - usage.Written1h);
            json.WriteNumber("outputTokenCount", usage.Output);
            json.WriteNumber("cacheReadInputTokenCount", usage.Cached);
            json.WriteNumber("cacheWriteInputTokenCount", usage.Written5m + usage.Written1h);
            json.WriteNumber("invocationLatency", latencyMs);
            json.WriteNumber("firstByteLatency", latencyMs);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
