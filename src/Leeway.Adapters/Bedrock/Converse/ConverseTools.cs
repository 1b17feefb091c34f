using System.Text.Json;
using Leeway.Adapters.Translation;

namespace Leeway.Adapters.Bedrock.Converse;

/// <summary>Writes <c>toolConfig</c>.</summary>
internal readonly struct ConverseTools(RequestDocument document, Utf8JsonWriter json)
{
    /// <param name="top">The request.</param>
    /// <param name="usesTools">Whether turns call tools or answer such calls, which have to be declared then.</param>
    public void Write(Fields top, bool usesTools)
    {
        JsonElement? tools = top.Take("tools");
        JsonElement? choice = top.Take("tool_choice");
        bool any = tools is { } given && document.Require(given, JsonValueKind.Array, "tools").GetArrayLength() > 0;
        if (!any)
        {
            top.Leave("parallel_tool_calls");
            if (choice is { } pointless && !pointless.Is("none") && !pointless.Is("auto"))
            {
                throw document.NoValue(pointless, "tool_choice", "there are no tools to choose from");
            }

            return;
        }

        // Several calls in one turn are the model's to make.
        top.LeaveIf("parallel_tool_calls", static value => value.ValueKind == JsonValueKind.True);
        if (choice is { } none && none.Is("none"))
        {
            if (usesTools)
            {
                throw document.NoValue(none, "tool_choice", "it has no 'none', and a conversation that called tools has to declare them");
            }

            return;
        }

        json.WriteStartObject("toolConfig");
        json.WriteStartArray("tools");
        foreach ((JsonElement tool, string path) in document.Items(tools!.Value, "tools"))
        {
            WriteTool(document.Open(tool, path));
        }

        json.WriteEndArray();
        if (choice is { } chosen)
        {
            json.WriteStartObject("toolChoice");
            WriteChoice(chosen);
            json.WriteEndObject();
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
        json.WriteStartObject("toolSpec");
        json.Copy("name", document.Require(function.Need("name"), JsonValueKind.String, function.PathOf("name")));
        json.CopyIfAny("description", function.Take("description"));
        json.WriteStartObject("inputSchema");
        if (function.Take("parameters") is { } parameters)
        {
            json.Copy("json", document.Require(parameters, JsonValueKind.Object, function.PathOf("parameters")));
        }
        else
        {
            json.WriteRaw("json", """{"type":"object","properties":{}}"""u8);
        }

        json.WriteEndObject();
        if (function.Flag("strict") == true)
        {
            json.WriteBoolean("strict", true);
        }

        function.Close();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteChoice(JsonElement choice)
    {
        if (choice.ValueKind == JsonValueKind.Object)
        {
            Fields fields = document.Open(choice, "tool_choice");
            if (fields.Text("type") != "function")
            {
                throw document.NoWord(choice, "tool_choice.type", "Name one function, or say auto, required or none.");
            }

            Fields function = document.Open(fields.Need("function"), "tool_choice.function");
            fields.Close();
            json.WriteStartObject("tool");
            json.Copy("name", document.Require(function.Need("name"), JsonValueKind.String, "tool_choice.function.name"));
            json.WriteEndObject();
            function.Close();
            return;
        }

        json.WriteStartObject(document.Text(choice, "tool_choice") switch
        {
            "auto" => "auto",
            "required" => "any",
            _ => throw document.NoValue(choice, "tool_choice", "auto, none, required or a function is known"),
        });
        json.WriteEndObject();
    }
}
