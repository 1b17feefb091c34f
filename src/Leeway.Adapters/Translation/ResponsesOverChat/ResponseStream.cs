using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ResponsesOverChat;

/// <summary>
/// Turns the chunks of a chat completion into the events of a response. Items follow each other; the last event carries the whole
/// response, so what came is kept, as the JSON it came in.
/// </summary>
internal sealed class ResponseStream(long created) : StreamTranslator
{
    private readonly List<byte[]> _items = [];
    private readonly OpenItem _open = new();
    private ResponseShape _shape;
    private JsonDocument? _usage;
    private string? _finish;
    private bool _started;
    private int _sequence;
    private int _call = -1;

    public override void Translate(string name, JsonElement data, IBufferWriter<byte> output)
    {
        if (data.Member("error") is { } error)
        {
            Event(output, "error", json =>
            {
                JsonElement? code = error.Member("code");
                json.CopyIfAny("code", code ?? error.Member("type"));
                json.CopyIfAny("message", error.ValueKind == JsonValueKind.String ? error : error.Member("message"));
                json.WriteNull("param");
            });
            IsDone = true;
            return;
        }

        if (!_started)
        {
            _started = true;
            _shape = ResponseShape.Of(data, created);
            State(output, "response.created");
            State(output, "response.in_progress");
        }

        if (data.Member("usage") is { ValueKind: JsonValueKind.Object } usage)
        {
            _usage = JsonDocument.Parse(JsonMarshal.GetRawUtf8Value(usage).ToArray());
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

        Close(output);
        State(output, _finish is "length" or "content_filter" ? "response.incomplete" : "response.completed");
        IsDone = true;
    }

    private void Delta(JsonElement delta, IBufferWriter<byte> output)
    {
        Text(delta.Member("reasoning_content") ?? delta.Member("reasoning"), ItemKind.Reasoning, output);
        Text(delta.Member("content"), ItemKind.Text, output);
        Text(delta.Member("refusal"), ItemKind.Refusal, output);
        foreach (JsonElement call in delta.Items("tool_calls"))
        {
            Call(call, output);
        }
    }

    private void Text(JsonElement? given, ItemKind kind, IBufferWriter<byte> output)
    {
        if (given is not { ValueKind: JsonValueKind.String } text || text.IsEmptyText())
        {
            return;
        }

        if (_open.Kind != kind)
        {
            Close(output);
            Open(kind, null, null, output);
            if (kind != ItemKind.Reasoning)
            {
                Event(output, "response.content_part.added", json =>
                {
                    Place(json, part: true);
                    json.WritePropertyName("part");
                    OutputItem.WritePart(json, "\"\""u8, kind == ItemKind.Refusal);
                });
            }
        }

        _open.Add(text);
        Event(output, $"response.{_open.Word}.delta", json =>
        {
            Place(json, part: true);
            json.Copy("delta", text);
            if (kind == ItemKind.Text)
            {
                json.WriteRaw("logprobs", "[]"u8);
            }
        });
    }

    private void Call(JsonElement call, IBufferWriter<byte> output)
    {
        int index = call.Count("index") ?? 0;
        JsonElement? function = call.Member("function");
        if (index > _call)
        {
            _call = index;
            Close(output);
            Open(ItemKind.Call, call.Member("id"), function?.Member("name"), output);
        }
        else if (index < _call || _open.Kind != ItemKind.Call)
        {
            throw new FormatException("went back to a tool call that another one had followed");
        }

        if (function?.Member("arguments") is { ValueKind: JsonValueKind.String } arguments && !arguments.IsEmptyText())
        {
            _open.Add(arguments);
            Event(output, "response.function_call_arguments.delta", json =>
            {
                Place(json, part: false);
                json.Copy("delta", arguments);
            });
        }
    }

    private void Open(ItemKind kind, JsonElement? callId, JsonElement? name, IBufferWriter<byte> output)
    {
        _open.Begin(kind, _shape.ItemId(OpenItem.Prefix(kind), _items.Count), callId, name);
        Event(output, "response.output_item.added", json =>
        {
            json.WriteNumber("output_index", _items.Count);
            json.WritePropertyName("item");
            _open.Write(json, done: false);
        });
    }

    private void Close(IBufferWriter<byte> output)
    {
        if (_open.Kind == ItemKind.None)
        {
            return;
        }

        bool hasParts = _open.Kind is ItemKind.Text or ItemKind.Refusal;
        Event(output, $"response.{_open.Word}.done", json =>
        {
            Place(json, part: _open.Kind != ItemKind.Call);
            _open.WriteName(json);
            json.WriteRaw(_open.TextMember, _open.Text);
            if (_open.Kind == ItemKind.Text)
            {
                json.WriteRaw("logprobs", "[]"u8);
            }
        });
        if (hasParts)
        {
            Event(output, "response.content_part.done", json =>
            {
                Place(json, part: true);
                json.WritePropertyName("part");
                OutputItem.WritePart(json, _open.Text, _open.Kind == ItemKind.Refusal);
            });
        }

        byte[] item = _open.End();
        Event(output, "response.output_item.done", json =>
        {
            json.WriteNumber("output_index", _items.Count);
            json.WriteRaw("item", item);
        });
        _items.Add(item);
    }

    private void Place(Utf8JsonWriter json, bool part)
    {
        json.WriteString("item_id", _open.Id);
        json.WriteNumber("output_index", _items.Count);
        if (part)
        {
            json.WriteNumber("content_index", 0);
        }
    }

    private void State(IBufferWriter<byte> output, string name) => Event(output, name, json =>
    {
        json.WritePropertyName("response");
        _shape.Write(
            json,
            _finish,
            items =>
            {
                foreach (byte[] item in _items)
                {
                    items.WriteRawValue(item, skipInputValidation: true);
                }
            },
            _usage?.RootElement);
    });

    private void Event(IBufferWriter<byte> output, string name, Action<Utf8JsonWriter> write) => Write(output, name, json =>
    {
        json.WriteStartObject();
        json.WriteString("type", name);
        json.WriteNumber("sequence_number", _sequence++);
        write(json);
        json.WriteEndObject();
    });
}
