using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ChatOverMessages;

/// <summary>
/// Writes <c>system</c> and <c>messages</c>. Instructions in front become the system prompt; results of tools, and what the user says
/// after them, are one user turn, since turns alternate there.
/// </summary>
internal sealed class ChatTurns
{
    private readonly RequestDocument _document;
    private readonly Utf8JsonWriter _json;
    private bool _userIsOpen;

    private ChatTurns(RequestDocument document, Utf8JsonWriter json)
    {
        _document = document;
        _json = json;
    }

    public static void Write(RequestDocument document, Utf8JsonWriter json, JsonElement messages)
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

        var turns = new ChatTurns(document, json);
        turns.WriteSystem(all.AsSpan(0, instructions));
        json.WriteStartArray("messages");
        foreach ((Fields message, string role) in all[instructions..])
        {
            turns.WriteTurn(message, role);
            message.Close();
        }

        turns.CloseUser();
        json.WriteEndArray();
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
            JsonElement content = message.Need("content");
            foreach ((JsonElement text, string path) in ChatTexts.Read(_document, content, message.PathOf("content")))
            {
                ChatParts.WriteText(_json, text);
            }

            message.Close();
        }

        _json.WriteEndArray();
    }

    private void WriteTurn(Fields message, string role)
    {
        switch (role)
        {
            case "user":
                OpenUser();
                ChatParts.WriteUser(_document, _json, message.Need("content"), message.PathOf("content"));
                break;
            case "tool":
                OpenUser();
                WriteToolResult(message);
                break;
            case "assistant":
                CloseUser();
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
        _json.WriteStartObject();
        _json.WriteString("type", "tool_result");
        _json.Copy("tool_use_id", _document.Require(message.Need("tool_call_id"), JsonValueKind.String, message.PathOf("tool_call_id")));
        JsonElement content = message.Need("content");
        if (content.ValueKind == JsonValueKind.String)
        {
            _json.Copy("content", content);
        }
        else
        {
            _json.WriteStartArray("content");
            foreach ((JsonElement text, string path) in ChatTexts.Read(_document, content, message.PathOf("content")))
            {
                ChatParts.WriteText(_json, text);
            }

            _json.WriteEndArray();
        }

        _json.WriteEndObject();
    }

    private void WriteAssistant(Fields message)
    {
        // Parts of an answer that clients send back as they got them. Thinking is the model's own; without its signature it cannot go back.
        message.Leave("reasoning_content");
        message.LeaveIf("annotations", static value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
        _json.WriteStartObject();
        _json.WriteString("role", "assistant");
        _json.WriteStartArray("content");
        int blocks = 0;
        if (message.Take("content") is { } content)
        {
            foreach ((JsonElement text, _) in ChatTexts.Read(_document, content, message.PathOf("content")))
            {
                blocks += ChatParts.WriteText(_json, text);
            }
        }

        if (message.Take("refusal") is { } refusal)
        {
            blocks += ChatParts.WriteText(_json, _document.Require(refusal, JsonValueKind.String, message.PathOf("refusal")));
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

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void WriteToolCall(Fields call)
    {
        if (call.Text("type") is { } type && type != "function")
        {
            throw _document.NoWord(call.Element.GetProperty("type"), call.PathOf("type"), "Only calls of functions can be carried.");
        }

        call.Leave("index");
        _json.WriteStartObject();
        _json.WriteString("type", "tool_use");
        _json.Copy("id", _document.Require(call.Need("id"), JsonValueKind.String, call.PathOf("id")));
        Fields function = _document.Open(call.Need("function"), call.PathOf("function"));
        _json.Copy("name", _document.Require(function.Need("name"), JsonValueKind.String, function.PathOf("name")));
        JsonElement arguments = function.Need("arguments");
        if (!ToolArguments.TryRead(_document.Text(arguments, function.PathOf("arguments")), out byte[] input))
        {
            throw _document.NoValue(arguments, function.PathOf("arguments"), "arguments are a JSON object there, written as one");
        }

        _json.WriteRaw("input", input);
        _json.WriteEndObject();
        function.Close();
        call.Close();
    }

    private void OpenUser()
    {
        if (!_userIsOpen)
        {
            _json.WriteStartObject();
            _json.WriteString("role", "user");
            _json.WriteStartArray("content");
            _userIsOpen = true;
        }
    }

    private void CloseUser()
    {
        if (_userIsOpen)
        {
            _json.WriteEndArray();
            _json.WriteEndObject();
            _userIsOpen = false;
        }
    }
}
