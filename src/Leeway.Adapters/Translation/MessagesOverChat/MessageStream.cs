using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.MessagesOverChat;

/// <summary>
/// Turns the chunks of a chat completion into the events of a message. Blocks follow each other; the end waits for the usage, which
/// comes after the finish reason.
/// </summary>
internal sealed class MessageStream : StreamTranslator
{
    private AnthropicUsage _usage;
    private string? _finish;
    private bool _started;
    private string? _openType;
    private int _blocks;
    private int _call = -1;

    public override void Translate(string name, JsonElement data, IBufferWriter<byte> output)
    {
        if (data.Member("error") is { } error)
        {
            WriteError(error, output);
            return;
        }

        if (!_started)
        {
            // Azure tells first what its filter found in the prompt, in a chunk that has neither choices nor the answer's id.
            if (!data.Items("choices").Any())
            {
                return;
            }

            Start(data, output);
        }

        if (data.Member("usage") is { } usage)
        {
            _usage = _usage.With(AnthropicUsage.FromChat(usage));
        }

        foreach (JsonElement choice in data.Items("choices"))
        {
            if (choice.Member("delta") is { } delta)
            {
                Delta(delta, output);
            }

            _finish = choice.Word("finish_reason") ?? _finish;
        }
    }

    public override void End(IBufferWriter<byte> output)
    {
        // Without a finish reason the answer is not whole, and its end is not told.
        if (IsDone || _finish is null)
        {
            return;
        }

        CloseBlock(output);
        Write(output, "message_delta", json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "message_delta");
            json.WriteStartObject("delta");
            json.WriteString("stop_reason", MessageAnswer.StopReason(_finish));
            json.WriteNull("stop_sequence");
            json.WriteEndObject();
            json.WritePropertyName("usage");
            _usage.Write(json);
            json.WriteEndObject();
        });
        Write(output, "message_stop", static json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "message_stop");
            json.WriteEndObject();
        });
        IsDone = true;
    }

    private void Start(JsonElement chunk, IBufferWriter<byte> output)
    {
        _started = true;
        Write(output, "message_start", json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "message_start");
            json.WriteStartObject("message");
            json.WriteString("id", MessageAnswer.MessageId(chunk.Word("id")));
            json.WriteString("type", "message");
            json.WriteString("role", "assistant");
            json.CopyIfAny("model", chunk.Member("model"));
            json.WriteStartArray("content");
            json.WriteEndArray();
            json.WriteNull("stop_reason");
            json.WriteNull("stop_sequence");
            json.WritePropertyName("usage");
            default(AnthropicUsage).Write(json);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private void Delta(JsonElement delta, IBufferWriter<byte> output)
    {
        Text(delta.Member("reasoning_content") ?? delta.Member("reasoning"), "thinking", "thinking_delta", "thinking", output);
        Text(delta.Member("content"), "text", "text_delta", "text", output);
        Text(delta.Member("refusal"), "text", "text_delta", "text", output);
        foreach (JsonElement call in delta.Items("tool_calls"))
        {
            Call(call, output);
        }
    }

    private void Text(JsonElement? given, string block, string type, string member, IBufferWriter<byte> output)
    {
        if (given is not { ValueKind: JsonValueKind.String } text || text.IsEmptyText())
        {
            return;
        }

        if (_openType != block)
        {
            OpenBlock(output, block, json =>
            {
                json.WriteString("type", block);
                json.WriteString(member, "");
                if (block == "thinking")
                {
                    json.WriteString("signature", "");
                }
            });
        }

        WriteDelta(output, type, member, text);
    }

    private void Call(JsonElement call, IBufferWriter<byte> output)
    {
        int index = call.Count("index") ?? 0;
        JsonElement? function = call.Member("function");
        if (index > _call)
        {
            _call = index;
            OpenBlock(output, "tool_use", json =>
            {
                json.WriteString("type", "tool_use");
                json.CopyIfAny("id", call.Member("id"));
                json.CopyIfAny("name", function?.Member("name"));
                json.WriteStartObject("input");
                json.WriteEndObject();
            });
        }
        else if (index < _call || _openType != "tool_use")
        {
            throw new FormatException("went back to a tool call that another one had followed");
        }

        if (function?.Member("arguments") is { ValueKind: JsonValueKind.String } arguments && !arguments.IsEmptyText())
        {
            WriteDelta(output, "input_json_delta", "partial_json", arguments);
        }
    }

    private void OpenBlock(IBufferWriter<byte> output, string type, Action<Utf8JsonWriter> writeBlock)
    {
        CloseBlock(output);
        _openType = type;
        Write(output, "content_block_start", json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "content_block_start");
            json.WriteNumber("index", _blocks);
            json.WriteStartObject("content_block");
            writeBlock(json);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private void CloseBlock(IBufferWriter<byte> output)
    {
        if (_openType is null)
        {
            return;
        }

        _openType = null;
        Write(output, "content_block_stop", json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "content_block_stop");
            json.WriteNumber("index", _blocks);
            json.WriteEndObject();
        });
        _blocks++;
    }

    private void WriteDelta(IBufferWriter<byte> output, string type, string member, JsonElement value) => Write(output, "content_block_delta", json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "content_block_delta");
        json.WriteNumber("index", _blocks);
        json.WriteStartObject("delta");
        json.WriteString("type", type);
        json.Copy(member, value);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private void WriteError(JsonElement error, IBufferWriter<byte> output)
    {
        Write(output, "error", json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteStartObject("error");
            json.WriteString("type", "api_error");
            json.CopyIfAny("message", error.ValueKind == JsonValueKind.String ? error : error.Member("message"));
            json.WriteEndObject();
            json.WriteEndObject();
        });
        IsDone = true;
    }
}
