using System.Text.Json;
using System.Text.RegularExpressions;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Messages;

/// <summary>The tools, the choice among them and the output format of a Messages body.</summary>
internal static partial class MessageTools
{
    /// <summary>The caller's own tools; those the vendor runs are accepted and never called.</summary>
    public static (IReadOnlyList<ToolOffer> Offers, ApiError? Error) ReadOffers(JsonElement body)
    {
        List<ToolOffer> offers = [];
        if (!body.Has("tools", out var tools))
        {
            return (offers, null);
        }

        if (tools.ValueKind != JsonValueKind.Array)
        {
            return (offers, ApiError.Bad("tools", "Input should be a valid list"));
        }

        foreach (var (index, tool) in tools.EnumerateArray().Index())
        {
            var path = $"tools.{index}";
            if (tool.ValueKind != JsonValueKind.Object || tool.StringOrNull("name") is not { } name)
            {
                return (offers, ApiError.Bad($"{path}.custom.name", "Field required"));
            }

            if (tool.Has("type", out _) && tool.StringOrNull("type") != "custom")
            {
                continue;
            }

            if (!ToolName().IsMatch(name))
            {
                return (offers, ApiError.Bad($"{path}.custom.name", "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"));
            }

            if (!tool.Has("input_schema", out var schema) || schema.ValueKind != JsonValueKind.Object)
            {
                return (offers, ApiError.Bad($"{path}.custom.input_schema", "Field required"));
            }

            if (schema.StringOrNull("type") != "object")
            {
                return (offers, ApiError.Bad($"{path}.custom.input_schema.type", "Input should be 'object'"));
            }

            offers.Add(new ToolOffer(name, schema));
        }

        return (offers, null);
    }

    public static (ToolChoice Choice, ApiError? Error) ReadChoice(JsonElement body, IReadOnlyList<ToolOffer> offers, bool thinks)
    {
        var auto = new ToolChoice(ToolMode.Auto, null, Parallel: true);
        if (!body.Has("tool_choice", out var choice))
        {
            return (auto, null);
        }

        ToolMode? mode = (choice.ValueKind == JsonValueKind.Object ? choice.StringOrNull("type") : null) switch
        {
            "auto" => ToolMode.Auto,
            "any" => ToolMode.Any,
            "tool" => ToolMode.One,
            "none" => ToolMode.None,
            _ => null,
        };
        if (mode is not { } known)
        {
            return (auto, ApiError.Bad("tool_choice", "Input tag does not match any of the expected tags: 'any', 'auto', 'none', 'tool'"));
        }

        var forced = known is ToolMode.Any or ToolMode.One;
        if (forced && thinks)
        {
            return (auto, new ApiError(400, "Thinking may not be enabled when tool_choice forces tool use."));
        }

        var name = choice.StringOrNull("name");
        if ((forced && offers.Count == 0) || (known == ToolMode.One && offers.All(offer => offer.Name != name)))
        {
            return (auto, new ApiError(400, known == ToolMode.One ? $"Tool '{name}' not found in provided tools" : "tool_choice may only be specified while providing tools."));
        }

        return (new ToolChoice(known, name, Parallel: !BodyFields.Flag(choice, "disable_parallel_tool_use", false)), null);
    }

    /// <summary>The schema of <c>output_config.format</c>, or of the older <c>output_format</c>.</summary>
    public static (JsonElement? Schema, ApiError? Error) ReadFormat(JsonElement body)
    {
        var path = "output_config.format";
        if (!body.Has("output_config", out var config) || config.ValueKind != JsonValueKind.Object || !config.Has("format", out var format))
        {
            path = "output_format";
            if (!body.Has("output_format", out format))
            {
                return (null, null);
            }
        }

        if (format.ValueKind != JsonValueKind.Object || format.StringOrNull("type") != "json_schema")
        {
            return (null, ApiError.Bad($"{path}.type", "Input should be 'json_schema'"));
        }

        return format.Has("schema", out var schema) && schema.ValueKind == JsonValueKind.Object
            ? (schema, null)
            : (null, ApiError.Bad($"{path}.schema", "Field required"));
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,128}$")]
    private static partial Regex ToolName();
}
