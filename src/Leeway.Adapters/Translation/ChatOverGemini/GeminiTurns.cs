using System.Text.Json;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>
/// Writes <c>systemInstruction</c> and <c>contents</c>. Instructions in front become the system's; results of tools that follow one another
/// are one turn, named by the function whose call they answer.
/// </summary>
internal sealed class GeminiTurns(RequestDocument document, Utf8JsonWriter json, string model)
{
    private readonly Dictionary<string, JsonElement> _functions = new(StringComparer.Ordinal);
    private bool _resultsAreOpen;

    public void Write(JsonElement messages)
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

        WriteInstructions(all.AsSpan(0, instructions));
        json.WriteStartArray("contents");
        foreach ((Fields message, string role) in all[instructions..])
        {
            WriteTurn(message, role);
            message.Close();
        }

        CloseResults();
        json.WriteEndArray();
    }

    private void WriteInstructions(ReadOnlySpan<(Fields Message, string Role)> instructions)
    {
        if (instructions.IsEmpty)
        {
            return;
        }

        json.WriteStartObject("systemInstruction");
        json.WriteStartArray("parts");
        foreach ((Fields message, _) in instructions)
        {
            foreach ((JsonElement text, _) in ChatTexts.Read(document, message.Need("content"), message.PathOf("content")))
            {
                GeminiParts.WriteText(json, text);
            }

            message.Close();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteTurn(Fields message, string role)
    {
        switch (role)
        {
            case "user":
                CloseResults();
                Open("user");
                GeminiParts.WriteUser(document, json, message.Need("content"), message.PathOf("content"));
                Close();
                break;
            case "tool":
                OpenResults();
                WriteToolResult(message);
                break;
            case "assistant":
                CloseResults();
                Open("model");
                WriteAssistant(message);
                Close();
                break;
            case "system" or "developer":
                throw document.NoWord(message.Element, message.PathOf("role"), "Instructions stand in front of all turns there: move them to the front, or send them as the user's.");
            default:
                throw document.NoWord(message.Element, message.PathOf("role"), "Use user, assistant or tool.");
        }
    }

    private void WriteToolResult(Fields message)
    {
        JsonElement given = message.Need("tool_call_id");
        string id = document.Text(given, message.PathOf("tool_call_id"));
        if (!_functions.TryGetValue(id, out JsonElement name))
        {
            throw document.NoValue(given, message.PathOf("tool_call_id"), "a result bears the name of its function there, and no message before this one calls with that id");
        }

        json.WriteStartObject();
        json.WriteStartObject("functionResponse");
        if (!GeminiCalls.IsOurs(id))
        {
            json.Copy("id", given);
        }

        json.Copy("name", name);
        json.WriteStartObject("response");
        JsonElement content = message.Need("content");
        json.Join("output", [.. ChatTexts.Read(document, content, message.PathOf("content")).Select(static part => part.Text)]);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteAssistant(Fields message)
    {
        // Parts of an answer that clients send back as they got them. A thought without its signature cannot go back.
        message.Leave("reasoning_content");
        message.LeaveIf("annotations", static value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
        int parts = 0;
        if (message.Take("content") is { } content)
        {
            foreach ((JsonElement text, _) in ChatTexts.Read(document, content, message.PathOf("content")))
            {
                parts += GeminiParts.WriteText(json, text);
            }
        }

        if (message.Take("refusal") is { } refusal)
        {
            parts += GeminiParts.WriteText(json, document.Require(refusal, JsonValueKind.String, message.PathOf("refusal")));
        }

        if (message.Take("tool_calls") is { } calls)
        {
            bool first = true;
            foreach ((JsonElement call, string path) in document.Items(calls, message.PathOf("tool_calls")))
            {
                WriteToolCall(document.Open(call, path), first);
                first = false;
                parts++;
            }
        }

        if (parts == 0)
        {
            throw document.Refuse(message.Element, message.PathOf("content"), $"'{message.PathOf("content")}' is empty, which an assistant's turn cannot be there.", "Leave the message out.");
        }
    }

    private void WriteToolCall(Fields call, bool first)
    {
        if (call.Text("type") is { } type && type != "function")
        {
            throw document.NoWord(call.Element.GetProperty("type"), call.PathOf("type"), "Only calls of functions can be carried.");
        }

        call.Leave("index");
        JsonElement given = call.Need("id");
        string id = document.Text(given, call.PathOf("id"));
        Fields function = document.Open(call.Need("function"), call.PathOf("function"));
        JsonElement name = document.Require(function.Need("name"), JsonValueKind.String, function.PathOf("name"));
        JsonElement arguments = function.Need("arguments");
        if (!ToolArguments.TryRead(document.Text(arguments, function.PathOf("arguments")), out byte[] input))
        {
            throw document.NoValue(arguments, function.PathOf("arguments"), "arguments are a JSON object there, written as one");
        }

        _functions[id] = name;
        json.WriteStartObject();
        json.WriteStartObject("functionCall");
        if (!GeminiCalls.IsOurs(id))
        {
            json.Copy("id", given);
        }

        json.Copy("name", name);
        json.WriteRaw("args", input);
        json.WriteEndObject();
        if (GeminiCalls.TakeSignature(document, call) is { } signature)
        {
            json.Copy("thoughtSignature", signature);
        }
        else if (first && GeminiCalls.NeedsSignature(model))
        {
            json.WriteString("thoughtSignature", GeminiCalls.NoSignature);
        }

        json.WriteEndObject();
        function.Close();
        call.Close();
    }

    private void Open(string role)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteStartArray("parts");
    }

    private void Close()
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void OpenResults()
    {
        if (!_resultsAreOpen)
        {
            Open("user");
            _resultsAreOpen = true;
        }
    }

    private void CloseResults()
    {
        if (_resultsAreOpen)
        {
            Close();
            _resultsAreOpen = false;
        }
    }
}
