using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation;

/// <summary>Writes the chunks of a chat completion.</summary>
/// <param name="created">Unix seconds that every chunk carries.</param>
internal abstract class ChunkStream(long created) : StreamTranslator
{
    /// <summary>The completion's id.</summary>
    protected string Id { get; set; } = "chatcmpl-";

    /// <summary>The model's name.</summary>
    protected string? Model { get; set; }

    /// <summary>The first chunk.</summary>
    protected void Begin(IBufferWriter<byte> output) => Chunk(
        output,
        static (json, _) =>
        {
            json.WriteString("role"u8, "assistant"u8);
            json.WriteString("content"u8, ""u8);
            json.WriteNull("refusal"u8);
        },
        0);

    /// <summary>The chunk that says why it ended.</summary>
    protected void Stop(string reason, IBufferWriter<byte> output) => Chunk(output, static (_, _) => { }, 0, reason);

    /// <summary>The chunk of usage, when it was told, and the end marker.</summary>
    protected void Finish(AnthropicUsage? usage, IBufferWriter<byte> output)
    {
        if (usage is { } counts)
        {
            Write(output, null, json =>
            {
                WriteHead(json);
                json.WriteStartArray("choices");
                json.WriteEndArray();
                json.WritePropertyName("usage");
                counts.WriteForChat(json);
                json.WriteEndObject();
            });
        }

        output.Write("data: [DONE]\n\n"u8);
        IsDone = true;
    }

    /// <summary>An error as the last event: <c>message</c> and <c>type</c> of what the provider sent.</summary>
    protected void Fail(JsonElement? error, IBufferWriter<byte> output)
    {
        Write(output, null, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.CopyIfAny("message", error?.Member("message"));
            json.WriteString("type", "server_error");
            json.WriteNull("param");
            json.CopyIfAny("code", error?.Member("type"));
            json.WriteEndObject();
            json.WriteEndObject();
        });
        IsDone = true;
    }

    protected static void WriteCall(Utf8JsonWriter json, int call, Action<Utf8JsonWriter> writeArguments, JsonElement? begun, string idName = "id")
    {
        json.WriteStartArray("tool_calls");
        json.WriteStartObject();
        json.WriteNumber("index", call);
        if (begun is { } block)
        {
            json.CopyIfAny("id", block.Member(idName));
            json.WriteString("type", "function");
        }

        json.WriteStartObject("function");
        if (begun is { } named)
        {
            json.CopyIfAny("name", named.Member("name"));
        }

        writeArguments(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    protected void Chunk<T>(IBufferWriter<byte> output, Action<Utf8JsonWriter, T> writeDelta, T state, string? finish = null) => Write(output, null, json =>
    {
        WriteHead(json);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("delta");
        writeDelta(json, state);
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", finish);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private void WriteHead(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("object", "chat.completion.chunk");
        json.WriteNumber("created", created);
        json.WriteString("model", Model);
    }
}
