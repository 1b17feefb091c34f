using System.Text.Json;

namespace Leeway.Adapters.Translation.ChatOverMessages;

/// <summary>Writes a Chat Completions request as one of Messages.</summary>
internal readonly struct ChatRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms)
{
    public void Write()
    {
        Fields top = document.Open(document.Root, "");
        top.Leave("model", "stream", "stream_options", "service_tier");
        json.WriteStartObject();
        json.WriteString("model", terms.Deployment.Model);
        WriteMaxTokens(top);
        ChatTurns.Write(document, json, top.Need("messages"));
        WriteSampling(top);
        WriteTools(top);
        WriteOutput(top);
        WriteUser(top);
        if (terms.Stream)
        {
            json.WriteBoolean("stream", true);
        }

        // What changes nothing at its neutral value; anything else has no word there.
        top.LeaveIf("n", static value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int n) && n == 1);
        top.LeaveIf("frequency_penalty", IsZero);
        top.LeaveIf("presence_penalty", IsZero);
        top.LeaveIf("logprobs", static value => value.ValueKind == JsonValueKind.False);
        top.LeaveIf("top_logprobs", IsZero);
        top.LeaveIf("logit_bias", static value => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any());
        top.LeaveIf("modalities", static value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && value[0].Is("text"));
        top.LeaveIf("store", static value => value.ValueKind == JsonValueKind.False);
        top.LeaveIf("verbosity", static value => value.Is("medium"));

        // Labels for people: they stay with the gateway, which keeps them with a request that waits.
        top.Leave("metadata");
        top.Close();
        json.WriteEndObject();
    }

    private static bool IsZero(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number == 0;

    private void WriteMaxTokens(Fields top)
    {
        JsonElement? newer = top.Take("max_completion_tokens");
        JsonElement? older = top.Take("max_tokens");
        if ((newer ?? older) is { } most)
        {
            json.Copy("max_tokens", document.Require(most, JsonValueKind.Number, newer is null ? "max_tokens" : "max_completion_tokens"));
        }
        else
        {
            json.WriteNumber("max_tokens", DefaultMaxTokens.Of(terms.Deployment.Model));
        }
    }

    private void WriteSampling(Fields top)
    {
        if (top.Take("temperature") is { } temperature)
        {
            if (document.Number(temperature, "temperature") > 1)
            {
                throw document.NoValue(temperature, "temperature", "it goes from 0 to 1 there");
            }

            json.Copy("temperature", temperature);
        }

        if (top.Take("top_p") is { } topP)
        {
            json.Copy("top_p", document.Require(topP, JsonValueKind.Number, "top_p"));
        }

        if (top.Take("stop") is not { } stop)
        {
            return;
        }

        json.WriteStartArray("stop_sequences");
        foreach ((JsonElement sequence, string path) in stop.ValueKind == JsonValueKind.String ? [(stop, "stop")] : document.Items(stop, "stop"))
        {
            json.Copy(document.Require(sequence, JsonValueKind.String, path));
        }

        json.WriteEndArray();
    }

    private void WriteTools(Fields top)
    {
        bool any = false;
        if (top.Take("tools") is { } tools)
        {
            json.WriteStartArray("tools");
            foreach ((JsonElement tool, string path) in document.Items(tools, "tools"))
            {
                any = true;
                WriteTool(document.Open(tool, path));
            }

            json.WriteEndArray();
        }

        JsonElement? choice = top.Take("tool_choice");
        bool oneAtATime = top.Flag("parallel_tool_calls") == false && any;
        if (choice is null && !oneAtATime)
        {
            return;
        }

        json.WriteStartObject("tool_choice");
        bool none = WriteChoice(choice);
        if (oneAtATime && !none)
        {
            json.WriteBoolean("disable_parallel_tool_use", true);
        }

        json.WriteEndObject();
    }

    private void WriteTool(Fields tool)
    {
        if (tool.Text("type") is { } type && type != "function")
        {
            throw document.NoWord(tool.Element.GetProperty("type"), tool.PathOf("type"), "Only function tools can be carried.");
        }

        Fields function = document.Open(tool.Need("function"), tool.PathOf("function"));
        tool.Close();
        json.WriteStartObject();
        json.Copy("name", document.Require(function.Need("name"), JsonValueKind.String, function.PathOf("name")));
        json.CopyIfAny("description", function.Take("description"));
        if (function.Take("parameters") is { } parameters)
        {
            json.Copy("input_schema", document.Require(parameters, JsonValueKind.Object, function.PathOf("parameters")));
        }
        else
        {
            json.WriteRaw("input_schema", """{"type":"object","properties":{}}"""u8);
        }

        if (function.Flag("strict") == true)
        {
            json.WriteBoolean("strict", true);
        }

        function.Close();
        json.WriteEndObject();
    }

    /// <summary>Whether no tool may be called.</summary>
    private bool WriteChoice(JsonElement? choice)
    {
        if (choice is { ValueKind: JsonValueKind.Object } named)
        {
            Fields fields = document.Open(named, "tool_choice");
            if (fields.Text("type") != "function")
            {
                throw document.NoWord(named, "tool_choice.type", "Name one function, or say auto, required or none.");
            }

            Fields function = document.Open(fields.Need("function"), "tool_choice.function");
            fields.Close();
            json.WriteString("type", "tool");
            json.Copy("name", document.Require(function.Need("name"), JsonValueKind.String, "tool_choice.function.name"));
            function.Close();
            return false;
        }

        string word = choice is { } value ? document.Text(value, "tool_choice") : "auto";
        json.WriteString("type", word switch
        {
            "auto" or "none" => word,
            "required" => "any",
            _ => throw document.NoValue(choice!.Value, "tool_choice", "auto, none, required or a function is known"),
        });
        return word == "none";
    }

    private void WriteOutput(Fields top)
    {
        JsonElement? effort = top.Take("reasoning_effort");
        JsonElement? format = top.Take("response_format");
        string? level = effort is { } said ? document.Text(said, "reasoning_effort") : null;
        if (level == "none")
        {
            json.WriteRaw("thinking", """{"type":"disabled"}"""u8);
            level = null;
        }
        else if (level is not (null or "low" or "medium" or "high" or "xhigh" or "max"))
        {
            throw document.NoValue(effort!.Value, "reasoning_effort", "none, low, medium, high, xhigh and max are known there");
        }

        Fields? schema = format is { } given ? OpenSchema(given) : null;
        if (level is null && schema is null)
        {
            return;
        }

        json.WriteStartObject("output_config");
        if (level is not null)
        {
            json.WriteString("effort", level);
        }

        if (schema is not null)
        {
            WriteSchema(schema);
        }

        json.WriteEndObject();
    }

    private Fields? OpenSchema(JsonElement given)
    {
        Fields format = document.Open(given, "response_format");
        string type = document.Text(format.Need("type"), "response_format.type");
        switch (type)
        {
            case "text":
                format.Close();
                return null;
            case "json_schema":
                Fields schema = document.Open(format.Need("json_schema"), "response_format.json_schema");
                format.Close();
                return schema;
            default:
                throw document.NoValue(given.GetProperty("type"), "response_format.type", "it knows text and json_schema; give the schema of the JSON you want");
        }
    }

    private void WriteSchema(Fields schema)
    {
        // The name is a label that only OpenAI wants, and output there is always as strict as it gets.
        schema.Leave("name");
        schema.Flag("strict");
        json.WriteStartObject("format");
        json.WriteString("type", "json_schema");
        json.Copy("schema", document.Require(schema.Need("schema"), JsonValueKind.Object, schema.PathOf("schema")));
        json.WriteEndObject();
        schema.Close();
    }

    private void WriteUser(Fields top)
    {
        JsonElement? user = top.Take("user");
        JsonElement? safety = top.Take("safety_identifier");
        if (user is not null && safety is not null)
        {
            throw document.NoWord(user.Value, "user", "There is one id of the end user; leave 'user' or 'safety_identifier' out.");
        }

        if ((user ?? safety) is { } id)
        {
            json.WriteStartObject("metadata");
            json.Copy("user_id", document.Require(id, JsonValueKind.String, user is null ? "safety_identifier" : "user"));
            json.WriteEndObject();
        }
    }
}
