using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Leeway.Adapters.Translation.ResponsesOverChat;

/// <summary>What an item of a response's output is.</summary>
internal enum ItemKind
{
    None,
    Text,
    Refusal,
    Reasoning,
    Call,
}

/// <summary>The item that a stream is writing.</summary>
internal sealed class OpenItem
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private JsonElement? _callId;
    private JsonElement? _name;

    public ItemKind Kind { get; private set; }

    public string Id { get; private set; } = "";

    /// <summary>What its deltas are of, in events' names.</summary>
    public string Word => Kind switch
    {
        ItemKind.Refusal => "refusal",
        ItemKind.Reasoning => "reasoning_text",
        ItemKind.Call => "function_call_arguments",
        _ => "output_text",
    };

    /// <summary>Where the whole text stands in the event of its end.</summary>
    public string TextMember => Kind switch
    {
        ItemKind.Refusal => "refusal",
        ItemKind.Call => "arguments",
        _ => "text",
    };

    /// <summary>The text so far as a JSON string.</summary>
    public ReadOnlySpan<byte> Text
    {
        get
        {
            byte[] quoted = new byte[_text.WrittenCount + 2];
            quoted[0] = quoted[^1] = (byte)'"';
            _text.WrittenSpan.CopyTo(quoted.AsSpan(1));
            return quoted;
        }
    }

    public static string Prefix(ItemKind kind) => kind switch
    {
        ItemKind.Reasoning => "rs",
        ItemKind.Call => "fc",
        _ => "msg",
    };

    public void Begin(ItemKind kind, string id, JsonElement? callId, JsonElement? name)
    {
        (Kind, Id) = (kind, id);

        // They outlive the chunk they came in.
        (_callId, _name) = (callId?.Clone(), name?.Clone());
        _text.ResetWrittenCount();
    }

    public void Add(JsonElement text) => _text.Write(JsonMarshal.GetRawUtf8Value(text)[1..^1]);

    /// <summary>The name of what is called, as the event of its end has it; nothing for other items.</summary>
    public void WriteName(Utf8JsonWriter json)
    {
        if (Kind == ItemKind.Call)
        {
            json.CopyIfAny("name", _name);
        }
    }

    public void Write(Utf8JsonWriter json, bool done)
    {
        string status = done ? "completed" : "in_progress";
        switch (Kind)
        {
            case ItemKind.Reasoning:
                OutputItem.WriteReasoning(json, Id, done ? Text : default);
                break;
            case ItemKind.Call:
                OutputItem.WriteCall(json, Id, status, _callId, _name, Text);
                break;
            default:
                OutputItem.WriteMessage(json, Id, status, done ? Text : default, Kind == ItemKind.Refusal);
                break;
        }
    }

    /// <summary>The whole item.</summary>
    public byte[] End()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            Write(json, done: true);
        }

        Kind = ItemKind.None;
        return output.WrittenSpan.ToArray();
    }
}
