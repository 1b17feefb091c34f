using System.Text.Json;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.GenerateContent;

/// <summary>Checks a generateContent body about as strictly as the vendor: names of fields, roles, parts and the ranges of what shapes an answer.</summary>
internal static class GenerateFields
{
    public const int MaxCandidates = 8;

    private static readonly HashSet<string> s_body = new(StringComparer.Ordinal)
    {
        "model", "contents", "systemInstruction", "tools", "toolConfig", "safetySettings", "cachedContent", "serviceTier", "generationConfig", "labels",
    };

    private static readonly HashSet<string> s_config = new(StringComparer.Ordinal)
    {
        "temperature", "topP", "topK", "candidateCount", "maxOutputTokens", "stopSequences", "responseMimeType", "responseSchema", "responseJsonSchema",
        "presencePenalty", "frequencyPenalty", "seed", "responseLogprobs", "logprobs", "responseModalities", "thinkingConfig", "mediaResolution", "speechConfig",
        "imageConfig",
    };

    private static readonly string[] s_data = ["text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult"];

    private static readonly HashSet<string> s_part = new([.. s_data, "thought", "thoughtSignature", "videoMetadata", "mediaResolution"], StringComparer.Ordinal);

    private static readonly HashSet<string> s_content = new(StringComparer.Ordinal) { "role", "parts" };

    /// <param name="takesLabels">True at Vertex AI only.</param>
    public static ApiError? Check(JsonElement body, bool takesLabels)
    {
        if (ProtoJson.CheckNames(body, s_body, "") is { } unknown)
        {
            return unknown;
        }

        if (body.HasField("labels", out var labels) && CheckLabels(labels, takesLabels) is { } wrong)
        {
            return wrong;
        }

        if (body.HasField("systemInstruction", out var system) && CheckContent(system, "system_instruction") is { } badSystem)
        {
            return badSystem;
        }

        if (body.HasField("cachedContent", out _))
        {
            return new ApiError(403, "CachedContent not found (or permission denied)");
        }

        return CheckContents(body) ?? CheckConfig(body) ?? CheckTier(body);
    }

    public static ApiError? CheckContent(JsonElement content, string path)
    {
        if (ProtoJson.CheckNames(content, s_content, path) is { } unknown)
        {
            return unknown;
        }

        if (content.FieldText("role") is not (null or "" or "user" or "model" or "function" or "system"))
        {
            return ProtoJson.Invalid("Please use a valid role: user, model.", $"{path}.role");
        }

        if (!content.HasField("parts", out var parts) || parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() == 0)
        {
            return ProtoJson.Invalid($"{path}.parts must not be empty.", $"{path}.parts");
        }

        foreach (var (index, part) in parts.EnumerateArray().Index())
        {
            var at = $"{path}.parts[{index}]";
            if (ProtoJson.CheckNames(part, s_part, at) is { } wrong)
            {
                return wrong;
            }

            if (s_data.Count(name => part.HasField(name, out _)) != 1)
            {
                return ProtoJson.Invalid($"{at}.data: required oneof field 'data' must have one initialized field.", $"{at}.data");
            }
        }

        return null;
    }

    private static ApiError? CheckContents(JsonElement body)
    {
        if (!body.HasField("contents", out var contents) || contents.ValueKind != JsonValueKind.Array || contents.GetArrayLength() == 0)
        {
            return ProtoJson.Invalid("* GenerateContentRequest.contents: contents is not specified", "contents");
        }

        return contents.EnumerateArray().Index().Select(one => CheckContent(one.Item, $"contents[{one.Index}]")).FirstOrDefault(problem => problem is not null);
    }

    private static ApiError? CheckConfig(JsonElement body)
    {
        if (!body.HasField("generationConfig", out var config))
        {
            return null;
        }

        return ProtoJson.CheckNames(config, s_config, "generation_config")
            ?? Range(config, "temperature", 0, 2)
            ?? Range(config, "topP", 0, 1)
            ?? Range(config, "candidateCount", 1, MaxCandidates)
            ?? Range(config, "maxOutputTokens", 1, int.MaxValue);
    }

    private static ApiError? Range(JsonElement config, string name, double least, double most) =>
        !config.HasField(name, out var value) ? null
        : value.ValueKind != JsonValueKind.Number ? ProtoJson.Invalid($"Invalid value at 'generation_config.{name}', {value.GetRawText()}", $"generation_config.{name}")
        : value.GetDouble() < least || value.GetDouble() > most
            ? ProtoJson.Invalid($"* GenerateContentRequest.generation_config.{name}: {name} must be in the range [{least}, {most}].", $"generation_config.{name}")
            : null;

    private static ApiError? CheckTier(JsonElement body) =>
        !body.HasField("serviceTier", out _) || body.FieldText("serviceTier") is "flex" or "standard" or "priority"
            ? null
            : ProtoJson.Invalid("Invalid value at 'service_tier': expected flex, standard or priority.", "service_tier");

    /// <summary>Google Cloud's rule of labels: keys and values of lower-case letters, digits, <c>_</c> and <c>-</c>, at most 63.</summary>
    private static ApiError? CheckLabels(JsonElement labels, bool takesLabels)
    {
        if (!takesLabels)
        {
            return ProtoJson.Invalid("Invalid JSON payload received. Unknown name \"labels\": Cannot find field.", "");
        }

        if (labels.ValueKind != JsonValueKind.Object)
        {
            return ProtoJson.Invalid("Invalid value at 'labels': expected an object.", "labels");
        }

        foreach (var label in labels.EnumerateObject())
        {
            if (!IsLabel(label.Name) || label.Name.Length == 0 || label.Value.ValueKind != JsonValueKind.String || !IsLabel(label.Value.GetString()!))
            {
                return ProtoJson.Invalid($"Invalid label '{label.Name}': keys and values take lower-case letters, digits, '_' and '-', at most 63 of them.", "labels");
            }
        }

        return null;
    }

    private static bool IsLabel(string text) => text.Length <= 63 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');
}
