using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Chat;

/// <summary>The tools of an OpenAI body. Chat nests a function (<c>{"type":"function","function":{…}}</c>), Responses does not.</summary>
internal static class ChatTools
{
    /// <summary>The functions offered; hosted tools are accepted and never called.</summary>
    public static (IReadOnlyList<ToolOffer> Offers, ApiError? Error) ReadOffers(JsonElement body, bool nested)
    {
        List<ToolOffer> offers = [];
        if (!body.Has("tools", out var tools))
        {
            return (offers, null);
        }

        if (tools.ValueKind != JsonValueKind.Array)
        {
            return (offers, ApiError.Invalid("tools", "Invalid 'tools': expected an array."));
        }

        foreach (var (index, tool) in tools.EnumerateArray().Index())
        {
            if (tool.ValueKind != JsonValueKind.Object || tool.StringOrNull("type") is not { } type)
            {
                return (offers, ApiError.Missing($"tools[{index}].type"));
            }

            if (type != "function")
            {
                continue;
            }

            var function = nested ? tool.Has("function", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : default : tool;
            if (function.ValueKind != JsonValueKind.Object || function.StringOrNull("name") is not { Length: > 0 } name)
            {
                return (offers, ApiError.Missing(nested ? $"tools[{index}].function.name" : $"tools[{index}].name"));
            }

            offers.Add(new ToolOffer(name, function.Has("parameters", out var schema) ? schema : default));
        }

        return (offers, null);
    }

    public static (ToolChoice Choice, ApiError? Error) ReadChoice(JsonElement body, IReadOnlyList<ToolOffer> offers)
    {
        var parallel = !body.TryGetProperty("parallel_tool_calls", out var flag) || flag.ValueKind != JsonValueKind.False;
        if (!body.Has("tool_choice", out var choice))
        {
            return (new ToolChoice(ToolMode.Auto, null, parallel), null);
        }

        if (choice.ValueKind == JsonValueKind.String)
        {
            ToolMode? mode = choice.GetString() switch { "auto" => ToolMode.Auto, "none" => ToolMode.None, "required" => ToolMode.Any, _ => null };
            return mode is { } known && (known != ToolMode.Any || offers.Count > 0)
                ? (new ToolChoice(known, null, parallel), null)
                : (new ToolChoice(ToolMode.Auto, null, parallel), ApiError.Invalid("tool_choice", "Invalid 'tool_choice': expected 'none', 'auto', or 'required' with tools."));
        }

        var function = choice.ValueKind == JsonValueKind.Object && choice.Has("function", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : choice;
        var name = function.ValueKind == JsonValueKind.Object ? function.StringOrNull("name") : null;
        return offers.Any(offer => offer.Name == name)
            ? (new ToolChoice(ToolMode.One, name, parallel), null)
            : (new ToolChoice(ToolMode.Auto, null, parallel), ApiError.Invalid("tool_choice", $"Tool choice '{name}' not found in 'tools' parameter."));
    }

    /// <summary>The schema an answer must follow, from <c>response_format</c> or <c>text.format</c>.</summary>
    /// <param name="nested">True where the schema stands in <c>json_schema</c>.</param>
    public static (JsonElement? Schema, ApiError? Error) ReadFormat(JsonElement format, string name, bool nested)
    {
        if (format.ValueKind != JsonValueKind.Object)
        {
            return (null, ApiError.Invalid(name, $"Invalid '{name}': expected an object."));
        }

        switch (format.StringOrNull("type"))
        {
            case "text":
                return (null, null);
            case "json_object":
                return (s_anyObject, null);
            case "json_schema":
                var holder = nested ? format.Has("json_schema", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : default : format;
                return holder.ValueKind == JsonValueKind.Object && holder.StringOrNull("name") is not null && holder.Has("schema", out var schema)
                    ? (schema, null)
                    : (null, ApiError.Missing(nested ? $"{name}.json_schema.schema" : $"{name}.schema"));
            default:
                return (null, ApiError.Invalid($"{name}.type", $"Invalid '{name}.type': expected 'text', 'json_object' or 'json_schema'."));
        }
    }

    private static readonly JsonElement s_anyObject = JsonElement.Parse("""{"type":"object","properties":{"answer":{"type":"string"}}}""");
}
