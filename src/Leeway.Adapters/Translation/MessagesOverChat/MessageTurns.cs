using System.Runtime.InteropServices;
using System.Text.Json;

namespace Leeway.Adapters.Translation.MessagesOverChat;

/// <summary>Writes turns as messages: each result of a tool becomes a message of its own, in front of what the user says.</summary>
internal static class MessageTurns
{
    public static void WriteSystem(RequestDocument document, Utf8JsonWriter json, JsonElement? system)
    {
        if (system is not { } given)
        {
            return;
        }

        List<JsonElement> texts = [];
        if (given.ValueKind == JsonValueKind.String)
        {
            texts.Add(given);
        }
        else
        {
            foreach ((JsonElement element, string path) in document.Items(given, "system"))
            {
                Fields block = document.Open(element, path);
                texts.Add(MessageBlocks.Text(document, block, document.Text(block.Need("type"), block.PathOf("type"))));
                block.Close();
            }
        }

        texts.RemoveAll(static text => text.IsEmptyText());
        if (texts.Count > 0)
        {
            json.WriteStartObject();
            json.WriteString("role", "system");
            MessageBlocks.WriteTexts(json, texts);
            json.WriteEndObject();
        }
    }

    public static void Write(RequestDocument document, Utf8JsonWriter json, JsonElement messages)
    {
        foreach ((JsonElement element, string path) in document.Items(messages, "messages"))
        {
            Fields message = document.Open(element, path);
            string role = document.Text(message.Need("role"), message.PathOf("role"));
            JsonElement content = message.Need("content");
            message.Close();
            switch (role)
            {
                case "user":
                    WriteUser(document, json, content, message.PathOf("content"));
                    break;
                case "assistant":
                    WriteAssistant(document, json, content, message.PathOf("content"));
                    break;
                default:
                    throw document.NoWord(element.GetProperty("role"), message.PathOf("role"), "Use user or assistant.");
            }
        }
    }

    private static void WriteUser(RequestDocument document, Utf8JsonWriter json, JsonElement content, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            json.WriteStartObject();
            json.WriteString("role", "user");
            json.Copy("content", content);
            json.WriteEndObject();
            return;
        }

        List<(Fields Block, string Type)> rest = [];
        foreach ((JsonElement element, string at) in document.Items(content, path))
        {
            Fields block = document.Open(element, at);
            string type = document.Text(block.Need("type"), block.PathOf("type"));
            if (type == "tool_result")
            {
                WriteToolResult(document, json, block);
            }
            else
            {
                rest.Add((block, type));
            }
        }

        if (rest.Count == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("role", "user");
        MessageBlocks.WriteUser(document, json, rest);
        json.WriteEndObject();
    }

    private static void WriteToolResult(RequestDocument document, Utf8JsonWriter json, Fields block)
    {
        CacheControl.Leave(document, block);
        json.WriteStartObject();
        json.WriteString("role", "tool");
        json.Copy("tool_call_id", document.Require(block.Need("tool_use_id"), JsonValueKind.String, block.PathOf("tool_use_id")));
        List<JsonElement> texts = [];
        if (block.Take("content") is { } content)
        {
            if (content.ValueKind == JsonValueKind.String)
            {
                texts.Add(content);
            }
            else
            {
                foreach ((JsonElement element, string at) in document.Items(content, block.PathOf("content")))
                {
                    Fields part = document.Open(element, at);
                    string type = document.Text(part.Need("type"), part.PathOf("type"));
                    texts.Add(MessageBlocks.Text(document, part, type));
                    part.Close();
                }
            }
        }

        // There is no flag for it; that a tool failed stands in its text.
        MessageBlocks.WriteTexts(json, texts, block.Flag("is_error") == true ? "Error: " : "");
        block.Close();
        json.WriteEndObject();
    }

    private static void WriteAssistant(RequestDocument document, Utf8JsonWriter json, JsonElement content, string path)
    {
        json.WriteStartObject();
        json.WriteString("role", "assistant");
        if (content.ValueKind == JsonValueKind.String)
        {
            json.Copy("content", content);
            json.WriteEndObject();
            return;
        }

        List<JsonElement> texts = [];
        List<Fields> calls = [];
        foreach ((JsonElement element, string at) in document.Items(content, path))
        {
            Fields block = document.Open(element, at);
            string type = document.Text(block.Need("type"), block.PathOf("type"));
            switch (type)
            {
                case "tool_use":
                    calls.Add(block);
                    break;
                case "thinking" or "redacted_thinking":
                    // A model's own earlier thinking is input to no other.
                    break;
                default:
                    texts.Add(MessageBlocks.Text(document, block, type));
                    block.Close();
                    break;
            }
        }

        if (texts.Count > 0)
        {
            MessageBlocks.WriteTexts(json, texts);
        }
        else if (calls.Count == 0)
        {
            json.WriteString("content", "");
        }

        if (calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            foreach (Fields call in calls)
            {
                WriteToolCall(document, json, call);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteToolCall(RequestDocument document, Utf8JsonWriter json, Fields call)
    {
        CacheControl.Leave(document, call);
        json.WriteStartObject();
        json.Copy("id", document.Require(call.Need("id"), JsonValueKind.String, call.PathOf("id")));
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.Copy("name", document.Require(call.Need("name"), JsonValueKind.String, call.PathOf("name")));
        json.WriteString("arguments", JsonMarshal.GetRawUtf8Value(document.Require(call.Need("input"), JsonValueKind.Object, call.PathOf("input"))));
        json.WriteEndObject();
        json.WriteEndObject();
        call.Close();
    }
}
