using System.Text.Json;
using Leeway.Adapters.Translation;

namespace Leeway.Adapters.Bedrock.Converse;

/// <summary>
/// Writes <c>system</c> and <c>messages</c>. Instructions in front become the system prompt; neighbours of one role become one turn, since
/// turns alternate there.
/// </summary>
internal sealed class ConverseTurns
{
    private readonly RequestDocument _document;
    private readonly Utf8JsonWriter _json;
    private readonly ConverseParts _parts;
    private string? _open;
    private bool _usesTools;

    private ConverseTurns(RequestDocument document, Utf8JsonWriter json)
    {
        _document = document;
        _json = json;
        _parts = new ConverseParts(document, json);
    }

    /// <summary>Whether turns call tools or answer such calls.</summary>
    public static bool Write(RequestDocument document, Utf8JsonWriter json, JsonElement messages)
    {
        (Fields Message, string Role)[] all = [.. document.Items(messages, "messages").Select(item =>
        {
            Fields message = document.Open(item.Element, item.Path);
            return (message, document.Text(message.Need("role"), message.PathOf("role")));
        })];
        int instructions = all.TakeWhile(message => message.Role is "system" or "developer").Count();
        if (instructions == all.Length)
        {
            throw document.Refuse(messages, "messages", "'messages' holds no turn of the user's.", "Add a message with role 'user'.");
        }

        var turns = new ConverseTurns(document, json);
        turns.WriteSystem(all.AsSpan(0, instructions));
        json.WriteStartArray("messages");
        foreach ((Fields message, string role) in all[instructions..])
        {
            turns.WriteTurn(message, role);
            message.Close();
        }

        turns.Close();
        json.WriteEndArray();
        return turns._usesTools;
    }

    private void WriteSystem(ReadOnlySpan<(Fields Message, string Role)> instructions)
    {
        if (instructions.IsEmpty)
        {
            return;
        }

        _json.WriteStartArray("system");
        foreach ((Fields message, _) in instructions)
        {
            foreach ((JsonElement text, string path) in ChatTexts.Read(_document, message.Need("content"), message.PathOf("content")))
            {
                _parts.WriteText(text);
            }

            message.Leave("name");
            message.Close();
        }

        _json.WriteEndArray();
    }

    private void WriteTurn(Fields message, string role)
    {
        switch (role)
        {
            case "user":
                Open("user");
                _parts.WriteUser(message.Need("content"), message.PathOf("content"));
                break;
            case "tool":
                Open("user");
                WriteToolResult(message);
                break;
            case "assistant":
                Open("assistant");
                WriteAssistant(message);
                break;
            case "system" or "developer":
                throw _document.NoWord(message.Element, message.PathOf("role"), "Instructions stand in front of all turns there: move them to the front, or send them as the user's.");
            default:
                throw _document.NoWord(message.Element, message.PathOf("role"), "Use user, assistant or tool.");
        }
    }

    private void WriteToolResult(Fields message)
    {
        _usesTools = true;
        _json.WriteStartObject();
        _json.WriteStartObject("toolResult");
        _json.Copy("toolUseId", _document.Require(message.Need("tool_call_id"), JsonValueKind.String, message.PathOf("tool_call_id")));
        _json.WriteStartArray("content");
        foreach ((JsonElement text, string path) in ChatTexts.Read(_document, message.Need("content"), message.PathOf("content")))
        {
            // A result may be empty, unlike what people say.
            _json.WriteStartObject();
            _json.Copy("text", text);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteAssistant(Fields message)
    {
        // Parts of an answer that clients send back as they got them. Thinking is the model's own; without its signature it cannot go back.
        message.Leave("reasoning_content");
        message.LeaveIf("annotations", static value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
        int blocks = 0;
        if (message.Take("content") is { } content)
        {
            foreach ((JsonElement text, _) in ChatTexts.Read(_document, content, message.PathOf("content")))
            {
                blocks += _parts.WriteText(text);
            }
        }

        if (message.Take("refusal") is { } refusal)
        {
            blocks += _parts.WriteText(_document.Require(refusal, JsonValueKind.String, message.PathOf("refusal")));
        }

        if (message.Take("tool_calls") is { } calls)
        {
            foreach ((JsonElement call, string path) in _document.Items(calls, message.PathOf("tool_calls")))
            {
                WriteToolCall(_document.Open(call, path));
                blocks++;
            }
        }

        if (blocks == 0)
        {
            throw _document.Refuse(message.Element, message.PathOf("content"), $"'{message.PathOf("content")}' is empty, which an assistant's turn cannot be there.", "Leave the message out.");
        }
    }

    private void WriteToolCall(Fields call)
    {
        if (call.Text("type") is { } type && type != "function")
        {
            throw _document.NoWord(call.Element.GetProperty("type"), call.PathOf("type"), "Only calls of functions can be carried.");
        }

        _usesTools = true;
        call.Leave("index");
        _json.WriteStartObject();
        _json.WriteStartObject("toolUse");
        _json.Copy("toolUseId", _document.Require(call.Need("id"), JsonValueKind.String, call.PathOf("id")));
        Fields function = _document.Open(call.Need("function"), call.PathOf("function"));
        _json.Copy("name", _document.Require(function.Need("name"), JsonValueKind.String, function.PathOf("name")));
        JsonElement arguments = function.Need("arguments");
        if (!ToolArguments.TryRead(_document.Text(arguments, function.PathOf("arguments")), out byte[] input))
        {
            throw _document.NoValue(arguments, function.PathOf("arguments"), "arguments are a JSON object there, written as one");
        }

        _json.WriteRaw("input", input);
        _json.WriteEndObject();
        _json.WriteEndObject();
        function.Close();
        call.Close();
    }

    private void Open(string role)
    {
        if (_open == role)
        {
            return;
        }

        Close();
        _json.WriteStartObject();
        _json.WriteString("role", role);
        _json.WriteStartArray("content");
        _open = role;
    }

    private void Close()
    {
        if (_open is not null)
        {
            _json.WriteEndArray();
            _json.WriteEndObject();
            _open = null;
        }
    }
}
