using System.Text.Json;

namespace Leeway.Adapters.Translation.ResponsesOverChat;

/// <summary>Writes a Responses request as one of Chat Completions.</summary>
internal readonly struct ResponsesRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms)
{
    // Members that both have, by the same name and with the same values.
    private static readonly string[] s_same = ["temperature", "top_p", "user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention"];

    public void Write()
    {
        Fields top = document.Open(document.Root, "");

        // The gateway keeps what is stored or runs in the background, and chooses how a request travels.
        top.Leave("model", "stream", "stream_options", "background", "store", "metadata", "service_tier");
        json.WriteStartObject();
        json.WriteString("model", terms.Deployment.Model);
        json.WriteStartArray("messages");
        if (top.Take("instructions") is { } instructions)
        {
            json.WriteStartObject();
            json.WriteString("role", "system");
            json.Copy("content", document.Require(instructions, JsonValueKind.String, "instructions"));
            json.WriteEndObject();
        }

        ResponseItems.Write(document, json, top.Need("input"), terms.Compatible);
        json.WriteEndArray();
        if (top.Take("max_output_tokens") is { } most)
        {
            json.Copy(terms.Compatible ? "max_tokens" : "max_completion_tokens", document.Require(most, JsonValueKind.Number, "max_output_tokens"));
        }

        foreach (string name in s_same)
        {
            json.CopyIfAny(name, top.Take(name));
        }

        WriteTools(top);
        WriteReasoning(top);
        WriteText(top);
        if (terms.Stream)
        {
            json.WriteBoolean("stream", true);
            if (terms.Deployment.AsksStreamUsage)
            {
                json.WriteRaw("stream_options", """{"include_usage":true}"""u8);
            }
        }

        top.LeaveIf("truncation", static value => value.Is("disabled"));
        top.LeaveIf("include", IsEmptyArray);
        top.LeaveIf("top_logprobs", static value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number == 0);
        top.Close();
        json.WriteEndObject();
    }

    private static bool IsEmptyArray(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    private void WriteTools(Fields top)
    {
        bool any = false;
        if (top.Take("tools") is { } tools && document.Require(tools, JsonValueKind.Array, "tools").GetArrayLength() > 0)
        {
            any = true;
            json.WriteStartArray("tools");
            foreach ((JsonElement tool, string path) in document.Items(tools, "tools"))
            {
                WriteTool(document.Open(tool, path));
            }

            json.WriteEndArray();
        }

        if (top.Take("tool_choice") is { } choice)
        {
            WriteChoice(choice, any);
        }

        // Chat Completions refuse the member where there are no tools.
        if (top.Flag("parallel_tool_calls") is { } parallel && any)
        {
            json.WriteBoolean("parallel_tool_calls", parallel);
        }
    }

    private void WriteTool(Fields tool)
    {
        if (document.Text(tool.Need("type"), tool.PathOf("type")) != "function")
        {
            throw document.NoWord(tool.Element.GetProperty("type"), tool.PathOf("type"), "Only function tools can be carried.");
        }

        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.Copy("name", document.Require(tool.Need("name"), JsonValueKind.String, tool.PathOf("name")));
        json.CopyIfAny("description", tool.Take("description"));
        json.CopyIfAny("parameters", tool.Take("parameters"));
        if (tool.Flag("strict") is { } strict)
        {
            json.WriteBoolean("strict", strict);
        }

        tool.Close();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteChoice(JsonElement choice, bool any)
    {
        if (choice.ValueKind == JsonValueKind.String)
        {
            string word = document.Text(choice, "tool_choice");
            if (any || word == "required")
            {
                json.WriteString("tool_choice", word);
            }

            return;
        }

        Fields named = document.Open(choice, "tool_choice");
        if (document.Text(named.Need("type"), "tool_choice.type") != "function")
        {
            throw document.NoWord(choice.GetProperty("type"), "tool_choice.type", "Name one function, or say auto, required or none.");
        }

        json.WriteStartObject("tool_choice");
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.Copy("name", document.Require(named.Need("name"), JsonValueKind.String, "tool_choice.name"));
        json.WriteEndObject();
        json.WriteEndObject();
        named.Close();
    }

    private void WriteReasoning(Fields top)
    {
        if (top.Take("reasoning") is { } given)
        {
            Fields reasoning = document.Open(given, "reasoning");
            json.CopyIfAny("reasoning_effort", reasoning.Take("effort"));
            reasoning.Close();
        }
    }

    private void WriteText(Fields top)
    {
        if (top.Take("text") is not { } given)
        {
            return;
        }

        Fields text = document.Open(given, "text");
        json.CopyIfAny("verbosity", text.Take("verbosity"));
        if (text.Take("format") is { } wanted)
        {
            Fields format = document.Open(wanted, "text.format");
            string type = document.Text(format.Need("type"), "text.format.type");
            switch (type)
            {
                case "text":
                    break;
                case "json_object":
                    json.WriteRaw("response_format", """{"type":"json_object"}"""u8);
                    break;
                case "json_schema":
                    json.WriteStartObject("response_format");
                    json.WriteString("type", type);
                    json.WriteStartObject("json_schema");
                    json.Copy("name", document.Require(format.Need("name"), JsonValueKind.String, "text.format.name"));
                    json.Copy("schema", document.Require(format.Need("schema"), JsonValueKind.Object, "text.format.schema"));
                    json.CopyIfAny("strict", format.Take("strict"));
                    json.CopyIfAny("description", format.Take("description"));
                    json.WriteEndObject();
                    json.WriteEndObject();
                    break;
                default:
                    throw document.NoValue(wanted.GetProperty("type"), "text.format.type", "text, json_object and json_schema are known");
            }

            format.Close();
        }

        text.Close();
    }
}
