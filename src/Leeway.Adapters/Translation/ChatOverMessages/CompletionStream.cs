using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ChatOverMessages;

/// <summary>Turns the events of a message into the chunks of a chat completion.</summary>
internal sealed class CompletionStream(long created) : StreamTranslator
{
    // Blocks of a message are numbered together, tool calls of a completion by themselves.
    private readonly Dictionary<int, int> _calls = [];
    private readonly HashSet<int> _withArguments = [];
    private string _id = "chatcmpl-";
    private string? _model;
    private AnthropicUsage _usage;

    public override void Translate(string name, JsonElement data, IBufferWriter<byte> output)
    {
        switch (data.Word("type") ?? name)
        {
            case "message_start":
                Start(data.Member("message") ?? throw new FormatException("began a message without one"), output);
                break;
            case "content_block_start":
                StartBlock(Index(data), data.Member("content_block"), output);
                break;
            case "content_block_delta":
                Delta(Index(data), data.Member("delta"), output);
                break;
            case "content_block_stop":
                StopBlock(Index(data), output);
                break;
            case "message_delta":
                Count(data);
                if (data.Member("delta")?.Word("stop_reason") is { } reason)
                {
                    Chunk(output, static (_, _) => { }, 0, CompletionAnswer.FinishReason(reason));
                }

                break;
            case "message_stop":
                Finish(output);
                break;
            case "error":
                WriteError(data.Member("error"), output);
                break;
        }
    }

    private static int Index(JsonElement data) => data.Count("index") ?? throw new FormatException("sent an event of a block without its index");

    private void Start(JsonElement message, IBufferWriter<byte> output)
    {
        _id = CompletionAnswer.CompletionId(message.Word("id"));
        _model = message.Word("model");
        Count(message);
        Chunk(
            output,
            static (json, _) =>
            {
                json.WriteString("role"u8, "assistant"u8);
                json.WriteString("content"u8, ""u8);
                json.WriteNull("refusal"u8);
            },
            0);
    }

    private void StartBlock(int index, JsonElement? block, IBufferWriter<byte> output)
    {
        if (block?.Word("type") == "tool_use")
        {
            int call = _calls.Count;
            _calls[index] = call;
            Chunk(
                output,
                static (json, state) => WriteCall(json, state.call, function => function.WriteString("arguments", ""), state.block),
                (call, block: block.Value));
        }
        else if (block?.Member("text") is { ValueKind: JsonValueKind.String } text && !text.IsEmptyText())
        {
            Chunk(output, static (json, text) => json.Copy("content", text), text);
        }
    }

    private void Delta(int index, JsonElement? delta, IBufferWriter<byte> output)
    {
        if (delta?.Member("text") is { ValueKind: JsonValueKind.String } text)
        {
            Chunk(output, static (json, text) => json.Copy("content", text), text);
        }
        else if (delta?.Member("thinking") is { ValueKind: JsonValueKind.String } thought)
        {
            Chunk(output, static (json, thought) => json.Copy("reasoning_content", thought), thought);
        }
        else if (delta?.Member("partial_json") is { ValueKind: JsonValueKind.String } part && !part.IsEmptyText() && _calls.TryGetValue(index, out int call))
        {
            _withArguments.Add(index);
            Chunk(output, static (json, state) => WriteCall(json, state.call, function => function.Copy("arguments", state.part), null), (call, part));
        }
    }

    private void StopBlock(int index, IBufferWriter<byte> output)
    {
        // No arguments are an empty object, which nobody sends in fragments.
        if (_calls.TryGetValue(index, out int call) && !_withArguments.Contains(index))
        {
            Chunk(output, static (json, call) => WriteCall(json, call, function => function.WriteString("arguments", "{}"), null), call);
        }
    }

    private void Finish(IBufferWriter<byte> output)
    {
        Write(output, null, json =>
        {
            WriteHead(json);
            json.WriteStartArray("choices");
            json.WriteEndArray();
            json.WritePropertyName("usage");
            _usage.WriteForChat(json);
            json.WriteEndObject();
        });
        output.Write("data: [DONE]\n\n"u8);
        IsDone = true;
    }

    private void WriteError(JsonElement? error, IBufferWriter<byte> output)
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

    private void Count(JsonElement data)
    {
        if (data.Member("usage") is { } usage)
        {
            _usage = _usage.With(AnthropicUsage.Read(usage));
        }
    }

    private static void WriteCall(Utf8JsonWriter json, int call, Action<Utf8JsonWriter> writeArguments, JsonElement? begun)
    {
        json.WriteStartArray("tool_calls");
        json.WriteStartObject();
        json.WriteNumber("index", call);
        if (begun is { } block)
        {
            json.CopyIfAny("id", block.Member("id"));
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

    private void Chunk<T>(IBufferWriter<byte> output, Action<Utf8JsonWriter, T> writeDelta, T state, string? finish = null) => Write(output, null, json =>
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
        json.WriteString("id", _id);
        json.WriteString("object", "chat.completion.chunk");
        json.WriteNumber("created", created);
        json.WriteString("model", _model);
    }
}
