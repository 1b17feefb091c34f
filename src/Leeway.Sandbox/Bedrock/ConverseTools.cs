using System.Text.Json;
using System.Text.RegularExpressions;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>The tools, the choice among them and the output format of a Converse body.</summary>
internal static partial class ConverseTools
{
    /// <summary>The caller's own tools; those the vendor runs are accepted and never called.</summary>
    public static (IReadOnlyList<ToolOffer> Offers, ApiError? Error) ReadOffers(JsonElement body)
    {
        List<ToolOffer> offers = [];
        if (!body.Has("toolConfig", out var config))
        {
            return (offers, null);
        }

        if (config.ValueKind != JsonValueKind.Object || !config.Has("tools", out var tools) || tools.ValueKind != JsonValueKind.Array)
        {
            return (offers, AwsErrors.Missing("toolConfig.tools"));
        }

        if (tools.GetArrayLength() == 0)
        {
            return (offers, AwsErrors.Constraint("toolConfig.tools", "[]", "Member must have length greater than or equal to 1"));
        }

        foreach (var (index, tool) in tools.EnumerateArray().Index())
        {
            if (tool.ValueKind != JsonValueKind.Object)
            {
                return (offers, AwsErrors.NotAnObject);
            }

            if (!tool.Has("toolSpec", out var spec))
            {
                continue;
            }

            var path = $"toolConfig.tools.{index + 1}.member.toolSpec";
            if (spec.ValueKind != JsonValueKind.Object || spec.StringOrNull("name") is not { } name)
            {
                return (offers, AwsErrors.Missing($"{path}.name"));
            }

            if (!ToolName().IsMatch(name))
            {
                return (offers, AwsErrors.Constraint($"{path}.name", name, "Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+"));
            }

            if (!spec.Has("inputSchema", out var holder) || holder.ValueKind != JsonValueKind.Object || !holder.Has("json", out var schema))
            {
                return (offers, AwsErrors.Missing($"{path}.inputSchema"));
            }

            if (schema.ValueKind != JsonValueKind.Object || schema.StringOrNull("type") != "object")
            {
                return (offers, AwsErrors.Validation($"The value at toolConfig.tools.{index}.toolSpec.inputSchema.json.type must be one of the following: object."));
            }

            offers.Add(new ToolOffer(name, schema));
        }

        return (offers, null);
    }

    public static (ToolChoice Choice, ApiError? Error) ReadChoice(JsonElement body, IReadOnlyList<ToolOffer> offers, bool thinks)
    {
        var auto = new ToolChoice(ToolMode.Auto, null, Parallel: true);
        if (!body.Has("toolConfig", out var config) || !config.Has("toolChoice", out var choice))
        {
            return (auto, null);
        }

        if (choice.ValueKind != JsonValueKind.Object || choice.EnumerateObject().Count() != 1 || choice.EnumerateObject().First().Name is not ("auto" or "any" or "tool"))
        {
            return (auto, AwsErrors.Validation("The toolChoice object must set one of the following keys: auto, any, tool."));
        }

        var (kind, value) = (choice.EnumerateObject().First().Name, choice.EnumerateObject().First().Value);
        var mode = kind switch { "any" => ToolMode.Any, "tool" => ToolMode.One, _ => ToolMode.Auto };
        var name = value.ValueKind == JsonValueKind.Object ? value.StringOrNull("name") : null;
        return mode != ToolMode.Auto && thinks
            ? (auto, AwsErrors.Validation("Thinking may not be enabled when tool_choice forces tool use."))
            : mode == ToolMode.One && offers.All(offer => offer.Name != name)
                ? (auto, AwsErrors.Validation("The tool name given in the toolChoice field does not match the name of any of the tools in the toolConfig field. Provide a valid tool name and try again."))
                : (new ToolChoice(mode, name, Parallel: true), null);
    }

    /// <summary>The schema of <c>outputConfig.textFormat</c>, which travels as a string of JSON.</summary>
    public static (JsonElement? Schema, ApiError? Error) ReadFormat(JsonElement body)
    {
        if (!body.Has("outputConfig", out var config) || config.ValueKind != JsonValueKind.Object || !config.Has("textFormat", out var format))
        {
            return (null, null);
        }

        var path = "outputConfig.textFormat.structure.jsonSchema.schema";
        if (format.ValueKind != JsonValueKind.Object || format.StringOrNull("type") != "json_schema"
            || !format.Has("structure", out var structure) || structure.ValueKind != JsonValueKind.Object
            || !structure.Has("jsonSchema", out var holder) || holder.ValueKind != JsonValueKind.Object || holder.StringOrNull("schema") is not { } text)
        {
            return (null, AwsErrors.Missing(path));
        }

        try
        {
            var schema = JsonElement.Parse(text);
            return schema.ValueKind == JsonValueKind.Object ? (schema, null) : (null, AwsErrors.Validation($"The value at {path} is not a JSON schema."));
        }
        catch (JsonException)
        {
            return (null, AwsErrors.Validation($"The value at {path} is not a JSON schema."));
        }
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_-]{1,64}\z")]
    private static partial Regex ToolName();
}
