using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.GenerateContent;

/// <summary>The functions, the choice among them and the output format of a generateContent body. Tools the vendor runs are accepted and never called.</summary>
internal static class GenerateTools
{
    private static readonly JsonElement s_anyObject = JsonDocument.Parse("""{"type":"object","properties":{"text":{"type":"string"}}}""").RootElement;

    public static (IReadOnlyList<ToolOffer> Calls, ApiError? Error) ReadCalls(JsonElement body)
    {
        var (offers, error) = ReadOffers(body);
        if (error is not null)
        {
            return ([], error);
        }

        (var choice, offers, error) = ReadChoice(body, offers);
        return error is null ? (choice.Pick(offers, GenerateText.Asked(body.GetProperty("contents"))), null) : ([], error);
    }

    /// <summary>The schema of <c>responseSchema</c> or <c>responseJsonSchema</c>; any object for bare JSON; null for text.</summary>
    public static (JsonElement? Schema, ApiError? Error) ReadFormat(JsonElement body)
    {
        if (!body.HasField("generationConfig", out var config))
        {
            return (null, null);
        }

        var given = config.HasField("responseSchema", out var schema) || config.HasField("responseJsonSchema", out schema);
        switch (config.FieldText("responseMimeType"))
        {
            case null or "text/plain":
                return given
                    ? (null, ProtoJson.Invalid("* GenerateContentRequest.generation_config.response_schema: only allowed with response_mime_type application/json.", "generation_config.response_schema"))
                    : (null, null);
            case "application/json":
                return (given && schema.ValueKind == JsonValueKind.Object ? schema : s_anyObject, null);
            case "text/x.enum" when given:
                return (null, null);
            case var other:
                return (null, ProtoJson.Invalid($"* GenerateContentRequest.generation_config.response_mime_type: '{other}' is not allowed.", "generation_config.response_mime_type"));
        }
    }

    private static (IReadOnlyList<ToolOffer> Offers, ApiError? Error) ReadOffers(JsonElement body)
    {
        List<ToolOffer> offers = [];
        if (!body.HasField("tools", out var tools))
        {
            return (offers, null);
        }

        if (tools.ValueKind != JsonValueKind.Array)
        {
            return (offers, ProtoJson.Invalid("Invalid value at 'tools': expected a list.", "tools"));
        }

        foreach (var (index, tool) in tools.EnumerateArray().Index())
        {
            if (!tool.HasField("functionDeclarations", out var functions))
            {
                continue;
            }

            foreach (var (number, function) in functions.ValueKind == JsonValueKind.Array ? functions.EnumerateArray().Index() : [])
            {
                if (function.FieldText("name") is not { Length: > 0 } name)
                {
                    var path = $"tools[{index}].function_declarations[{number}].name";
                    return (offers, ProtoJson.Invalid($"* GenerateContentRequest.{path}: [FIELD_INVALID] Invalid function name. Must start with a letter or an underscore.", path));
                }

                offers.Add(new ToolOffer(name, function.HasField("parameters", out var schema) || function.HasField("parametersJsonSchema", out schema) ? schema : default));
            }
        }

        return (offers, null);
    }

    private static (ToolChoice Choice, IReadOnlyList<ToolOffer> Offers, ApiError? Error) ReadChoice(JsonElement body, IReadOnlyList<ToolOffer> offers)
    {
        var auto = new ToolChoice(ToolMode.Auto, null, Parallel: true);
        if (!body.HasField("toolConfig", out var config) || !config.HasField("functionCallingConfig", out var calling))
        {
            return (auto, offers, null);
        }

        ToolMode? mode = calling.FieldText("mode")?.ToUpperInvariant() switch
        {
            null or "AUTO" or "VALIDATED" or "MODE_UNSPECIFIED" => ToolMode.Auto,
            "ANY" => ToolMode.Any,
            "NONE" => ToolMode.None,
            _ => null,
        };
        if (mode is not { } known)
        {
            return (auto, offers, ProtoJson.Invalid("Invalid value at 'tool_config.function_calling_config.mode'.", "tool_config.function_calling_config.mode"));
        }

        if (known == ToolMode.Any && offers.Count == 0)
        {
            return (auto, offers, ProtoJson.Invalid("Function calling mode ANY needs function declarations.", "tool_config.function_calling_config.mode"));
        }

        if (calling.HasField("allowedFunctionNames", out var names) && names.ValueKind == JsonValueKind.Array && names.GetArrayLength() > 0)
        {
            List<string?> allowed = [.. names.EnumerateArray().Select(name => name.ValueKind == JsonValueKind.String ? name.GetString() : null)];
            if (allowed.FirstOrDefault(name => offers.All(offer => offer.Name != name)) is { } missing)
            {
                return (auto, offers, ProtoJson.Invalid($"allowed_function_names: '{missing}' is not declared.", "tool_config.function_calling_config.allowed_function_names"));
            }

            offers = [.. offers.Where(offer => allowed.Contains(offer.Name))];
        }

        return (new ToolChoice(known, null, Parallel: true), offers, null);
    }
}
