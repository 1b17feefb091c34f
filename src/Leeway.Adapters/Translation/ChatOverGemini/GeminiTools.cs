using System.Text.Json;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>Writes <c>tools</c> and <c>toolConfig</c>.</summary>
internal readonly struct GeminiTools(RequestDocument document, Utf8JsonWriter json)
{
    public void Write(Fields top)
    {
        bool strict = false;
        bool any = top.Take("tools") is { } tools && WriteTools(document.Require(tools, JsonValueKind.Array, "tools"), ref strict);
        JsonElement? choice = top.Take("tool_choice");
        if (any)
        {
            // Several calls at once cannot be forbidden there.
            top.LeaveIf("parallel_tool_calls", static value => value.ValueKind == JsonValueKind.True);
            WriteChoice(choice, strict);
            return;
        }

        top.Leave("parallel_tool_calls");
        if (choice is { } given && !given.Is("auto") && !given.Is("none"))
        {
            throw document.Refuse(given, "tool_choice", "'tool_choice' asks for a tool, and 'tools' holds none.", "Add the tool, or leave the choice out.");
        }
    }

    /// <summary>Whether there are any.</summary>
    private bool WriteTools(JsonElement tools, ref bool strict)
    {
        if (tools.GetArrayLength() == 0)
        {
            return false;
        }

        json.WriteStartArray("tools");
        json.WriteStartObject();
        json.WriteStartArray("functionDeclarations");
        foreach ((JsonElement tool, string path) in document.Items(tools, "tools"))
        {
            strict |= WriteTool(document.Open(tool, path));
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        return true;
    }

    /// <summary>Whether its arguments must keep to the schema.</summary>
    private bool WriteTool(Fields tool)
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
            // The older member "parameters" takes a part of OpenAPI only.
            json.Copy("parametersJsonSchema", document.Require(parameters, JsonValueKind.Object, function.PathOf("parameters")));
        }

        bool strict = function.Flag("strict") == true;
        function.Close();
        json.WriteEndObject();
        return strict;
    }

    private void WriteChoice(JsonElement? choice, bool strict)
    {
        JsonElement? only = null;
        string mode;
        if (choice is { ValueKind: JsonValueKind.Object } named)
        {
            Fields fields = document.Open(named, "tool_choice");
            if (fields.Text("type") != "function")
            {
                throw document.NoWord(named, "tool_choice.type", "Name one function, or say auto, required or none.");
            }

            Fields function = document.Open(fields.Need("function"), "tool_choice.function");
            fields.Close();
            only = document.Require(function.Need("name"), JsonValueKind.String, "tool_choice.function.name");
            function.Close();
            mode = "ANY";
        }
        else
        {
            // A forced call keeps to its schema anyway; a free one does where it is asked to.
            mode = (choice is { } word ? document.Text(word, "tool_choice") : "auto") switch
            {
                "auto" => strict ? "VALIDATED" : "AUTO",
                "none" => "NONE",
                "required" => "ANY",
                _ => throw document.NoValue(choice!.Value, "tool_choice", "auto, none, required or a function is known"),
            };
        }

        if (mode == "AUTO")
        {
            return;
        }

        json.WriteStartObject("toolConfig");
        json.WriteStartObject("functionCallingConfig");
        json.WriteString("mode", mode);
        if (only is { } name)
        {
            json.WriteStartArray("allowedFunctionNames");
            json.Copy(name);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
