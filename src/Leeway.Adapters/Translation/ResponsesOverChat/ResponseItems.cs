using System.Text.Json;

namespace Leeway.Adapters.Translation.ResponsesOverChat;

/// <summary>Writes input items as messages. What a model said and the functions it called are items of their own here and one message there.</summary>
internal sealed class ResponseItems
{
    private readonly RequestDocument _document;
    private readonly Utf8JsonWriter _json;
    private readonly List<Fields> _calls = [];
    private Fields? _said;

    private ResponseItems(RequestDocument document, Utf8JsonWriter json)
    {
        _document = document;
        _json = json;
    }

    /// <param name="document">The request.</param>
    /// <param name="json">Where the messages go.</param>
    /// <param name="input">A text or items.</param>
    /// <param name="compatible">Whether the server may know no role but the oldest ones.</param>
    public static void Write(RequestDocument document, Utf8JsonWriter json, JsonElement input, bool compatible)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            json.WriteStartObject();
            json.WriteString("role", "user");
            json.Copy("content", input);
            json.WriteEndObject();
            return;
        }

        var items = new ResponseItems(document, json);
        foreach ((JsonElement element, string path) in document.Items(input, "input"))
        {
            items.WriteItem(document.Open(element, path), compatible);
        }

        items.Flush();
    }

    private void WriteItem(Fields item, bool compatible)
    {
        string type = item.Text("type") ?? "message";
        item.Leave("id", "status");
        switch (type)
        {
            case "message":
                WriteMessage(item, compatible);
                break;
            case "function_call":
                _calls.Add(item);
                break;
            case "function_call_output":
                Flush();
                WriteOutput(item);
                break;
            case "reasoning":
                // A model's own earlier thinking is input to no other.
                break;
            default:
                throw _document.NoWord(item.Element.GetProperty("type"), item.PathOf("type"), "Messages, function calls and their outputs can be carried.");
        }
    }

    private void WriteMessage(Fields item, bool compatible)
    {
        string role = _document.Text(item.Need("role"), item.PathOf("role"));
        Flush();
        if (role == "assistant")
        {
            _said = item;
            return;
        }

        if (role is not ("user" or "system" or "developer"))
        {
            throw _document.NoWord(item.Element.GetProperty("role"), item.PathOf("role"), "Use user, assistant, system or developer.");
        }

        _json.WriteStartObject();
        _json.WriteString("role", role == "developer" && compatible ? "system" : role);
        ResponseParts.Write(_document, _json, item.Need("content"), item.PathOf("content"));
        item.Close();
        _json.WriteEndObject();
    }

    private void WriteOutput(Fields item)
    {
        _json.WriteStartObject();
        _json.WriteString("role", "tool");
        _json.Copy("tool_call_id", _document.Require(item.Need("call_id"), JsonValueKind.String, item.PathOf("call_id")));
        ResponseParts.Write(_document, _json, item.Need("output"), item.PathOf("output"), onlyText: true);
        item.Close();
        _json.WriteEndObject();
    }

    /// <summary>Ends the model's message, if one is open.</summary>
    private void Flush()
    {
        if (_said is null && _calls.Count == 0)
        {
            return;
        }

        _json.WriteStartObject();
        _json.WriteString("role", "assistant");
        if (_said is { } said)
        {
            ResponseParts.Write(_document, _json, said.Need("content"), said.PathOf("content"), onlyText: true);
            said.Leave("phase");
            said.Close();
        }

        if (_calls.Count > 0)
        {
            _json.WriteStartArray("tool_calls");
            foreach (Fields call in _calls)
            {
                _json.WriteStartObject();
                _json.Copy("id", _document.Require(call.Need("call_id"), JsonValueKind.String, call.PathOf("call_id")));
                _json.WriteString("type", "function");
                _json.WriteStartObject("function");
                _json.Copy("name", _document.Require(call.Need("name"), JsonValueKind.String, call.PathOf("name")));
                _json.Copy("arguments", _document.Require(call.Need("arguments"), JsonValueKind.String, call.PathOf("arguments")));
                _json.WriteEndObject();
                _json.WriteEndObject();
                call.Close();
            }

            _json.WriteEndArray();
        }

        _json.WriteEndObject();
        _said = null;
        _calls.Clear();
    }
}
