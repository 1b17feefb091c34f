using System.Text.Json;

namespace Leeway.Adapters.Translation.MessagesOverChat;

/// <summary>Writes a Messages request as one of Chat Completions.</summary>
internal readonly struct MessagesRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms)
{
    // OpenAI's limit; servers that resemble it have none.
    private const int MostStops = 4;

    public void Write()
    {
        Fields top = document.Open(document.Root, "");
        top.Leave("model", "stream");
        json.WriteStartObject();
        json.WriteString("model", terms.Deployment.Model);
        json.Copy(terms.Compatible ? "max_tokens" : "max_completion_tokens", document.Require(top.Need("max_tokens"), JsonValueKind.Number, "max_tokens"));
        json.WriteStartArray("messages");
        MessageTurns.WriteSystem(document, json, top.Take("system"));
        MessageTurns.Write(document, json, top.Need("messages"));
        json.WriteEndArray();
        WriteSampling(top);
        WriteTools(top);
        WriteOutput(top);
        WriteMetadata(top);
        CacheControl.Leave(document, top);
        if (top.Text("service_tier") is { } said)
        {
            WriteTier(top, said);
        }

        if (terms.Tier is { } tier)
        {
            json.WriteString("service_tier", tier);
        }

        if (terms.Stream)
        {
            json.WriteBoolean("stream", true);
            if (terms.Deployment.AsksStreamUsage)
            {
                json.WriteRaw("stream_options", """{"include_usage":true}"""u8);
            }
        }

        top.Close();
        json.WriteEndObject();
    }

    private void WriteTier(Fields top, string tier)
    {
        if (tier is not ("auto" or "standard_only"))
        {
            throw document.NoValue(top.Element.GetProperty("service_tier"), "service_tier", "auto and standard_only are known");
        }

        if (tier == "standard_only" && !terms.Compatible && terms.Tier is null)
        {
            json.WriteString("service_tier", "default");
        }
    }

    private void WriteSampling(Fields top)
    {
        foreach (string name in (ReadOnlySpan<string>)["temperature", "top_p"])
        {
            if (top.Take(name) is { } value)
            {
                json.Copy(name, document.Require(value, JsonValueKind.Number, name));
            }
        }

        if (top.Take("stop_sequences") is not { } stops)
        {
            return;
        }

        if (document.Require(stops, JsonValueKind.Array, "stop_sequences").GetArrayLength() > MostStops && !terms.Compatible)
        {
            throw document.NoValue(stops, "stop_sequences", $"there are at most {MostStops} there");
        }

        if (stops.GetArrayLength() > 0)
        {
            json.WriteStartArray("stop");
            foreach ((JsonElement stop, string path) in document.Items(stops, "stop_sequences"))
            {
                json.Copy(document.Require(stop, JsonValueKind.String, path));
            }

            json.WriteEndArray();
        }
    }

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

        if (top.Take("tool_choice") is not { } given)
        {
            return;
        }

        Fields choice = document.Open(given, "tool_choice");
        string type = document.Text(choice.Need("type"), "tool_choice.type");
        switch (type)
        {
            case "auto" or "none":
                if (any)
                {
                    json.WriteString("tool_choice", type);
                }

                break;
            case "any":
                json.WriteString("tool_choice", "required");
                break;
            case "tool":
                json.WriteStartObject("tool_choice");
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.Copy("name", document.Require(choice.Need("name"), JsonValueKind.String, "tool_choice.name"));
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            default:
                throw document.NoValue(given.GetProperty("type"), "tool_choice.type", "auto, any, tool and none are known");
        }

        // OpenAI refuses the member where there are no tools.
        if (choice.Flag("disable_parallel_tool_use") == true && any && type != "none")
        {
            json.WriteBoolean("parallel_tool_calls", false);
        }

        choice.Close();
    }

    private void WriteTool(Fields tool)
    {
        if (tool.Text("type") is { } type && type != "custom")
        {
            throw document.NoWord(tool.Element.GetProperty("type"), tool.PathOf("type"), "That tool runs at Anthropic; only tools with an input_schema of your own can be carried.");
        }

        CacheControl.Leave(document, tool);
        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.Copy("name", document.Require(tool.Need("name"), JsonValueKind.String, tool.PathOf("name")));
        json.CopyIfAny("description", tool.Take("description"));
        json.Copy("parameters", document.Require(tool.Need("input_schema"), JsonValueKind.Object, tool.PathOf("input_schema")));
        if (tool.Flag("strict") == true)
        {
            json.WriteBoolean("strict", true);
        }

        // How arguments are cut into events is up to who sends them.
        tool.Leave("eager_input_streaming");
        tool.Close();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteOutput(Fields top)
    {
        if (top.Take("thinking") is { } thinking)
        {
            Fields fields = document.Open(thinking, "thinking");
            string type = document.Text(fields.Need("type"), "thinking.type");

            // A model there decides for itself, which is what adaptive means; one that does not think needs no telling.
            if (type is not ("adaptive" or "disabled"))
            {
                throw document.NoValue(thinking.GetProperty("type"), "thinking.type", "it has no budget of thinking; say how much with output_config.effort");
            }

            fields.Leave("display");
            fields.Close();
        }

        if (top.Take("output_config") is not { } config)
        {
            return;
        }

        Fields output = document.Open(config, "output_config");
        if (output.Take("effort") is { } effort)
        {
            json.Copy("reasoning_effort", document.Require(effort, JsonValueKind.String, "output_config.effort"));
        }

        if (output.Take("format") is { } given)
        {
            Fields format = document.Open(given, "output_config.format");
            if (document.Text(format.Need("type"), "output_config.format.type") != "json_schema")
            {
                throw document.NoValue(given, "output_config.format.type", "json_schema is known");
            }

            json.WriteStartObject("response_format");
            json.WriteString("type", "json_schema");
            json.WriteStartObject("json_schema");
            json.WriteString("name", "output");
            json.Copy("schema", document.Require(format.Need("schema"), JsonValueKind.Object, "output_config.format.schema"));
            json.WriteBoolean("strict", true);
            json.WriteEndObject();
            json.WriteEndObject();
            format.Close();
        }

        output.Close();
    }

    private void WriteMetadata(Fields top)
    {
        if (top.Take("metadata") is not { } given)
        {
            return;
        }

        Fields metadata = document.Open(given, "metadata");
        if (metadata.Take("user_id") is { } user)
        {
            json.Copy("user", document.Require(user, JsonValueKind.String, "metadata.user_id"));
        }

        // Said to the gateway.
        metadata.Leave("leeway_deadline", "leeway_priority");
        metadata.Close();
    }
}
