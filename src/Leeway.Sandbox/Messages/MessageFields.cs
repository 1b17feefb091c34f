using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Messages;

/// <summary>The top-level fields of a Messages body. Others are refused, as the vendor does.</summary>
internal static class MessageFields
{
    private static readonly HashSet<string> s_known = new(StringComparer.Ordinal)
    {
        "model", "max_tokens", "messages", "system", "stream", "temperature", "top_p", "top_k", "stop_sequences", "tools", "tool_choice", "thinking",
        "output_config", "output_format", "metadata", "service_tier", "cache_control", "container", "context_management", "inference_geo", "mcp_servers",
    };

    public static ApiError? Check(JsonElement body)
    {
        foreach (var field in body.EnumerateObject())
        {
            if (!s_known.Contains(field.Name))
            {
                return ApiError.Bad(field.Name, "Extra inputs are not permitted");
            }
        }

        return Number(body, "temperature", 0, 1) ?? Number(body, "top_p", 0, 1) ?? Number(body, "top_k", 0, int.MaxValue) ?? Metadata(body) ?? Tier(body);
    }

    /// <param name="required">False for a token count, which has none.</param>
    public static (int? MaxTokens, ApiError? Error) ReadMaxTokens(JsonElement body, bool required)
    {
        if (!body.TryGetProperty("max_tokens", out var value))
        {
            return (null, required ? ApiError.Bad("max_tokens", "Field required") : null);
        }

        return value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var count) ? (null, ApiError.Bad("max_tokens", "Input should be a valid integer"))
            : count < 1 ? (null, ApiError.Bad("max_tokens", "Input should be greater than or equal to 1"))
            : (count, null);
    }

    public static (IReadOnlyList<string> Stop, ApiError? Error) ReadStop(JsonElement body)
    {
        if (!body.Has("stop_sequences", out var value))
        {
            return ([], null);
        }

        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.String))
        {
            return ([], ApiError.Bad("stop_sequences", "Input should be a valid list of strings"));
        }

        return value.EnumerateArray().Any(one => string.IsNullOrWhiteSpace(one.GetString()))
            ? ([], ApiError.Bad("stop_sequences", "each stop sequence must contain non-whitespace"))
            : ([.. value.EnumerateArray().Select(one => one.GetString()!)], null);
    }

    /// <summary>Tokens the model may think; null is no thinking.</summary>
    public static (int? Budget, ApiError? Error) ReadThinking(JsonElement body, int? maxTokens)
    {
        if (!body.Has("thinking", out var thinking))
        {
            return (null, null);
        }

        switch (thinking.ValueKind == JsonValueKind.Object ? thinking.StringOrNull("type") : null)
        {
            case "disabled":
                return (null, null);
            case "adaptive":
                return (AdaptiveBudget, null);
            case "enabled":
                break;
            default:
                return (null, ApiError.Bad("thinking", "Input tag does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'"));
        }

        if (!thinking.Has("budget_tokens", out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var budget))
        {
            return (null, ApiError.Bad("thinking.enabled.budget_tokens", "Field required"));
        }

        return budget < MinBudget ? (null, ApiError.Bad("thinking.enabled.budget_tokens", $"Input should be greater than or equal to {MinBudget}"))
            : budget >= maxTokens ? (null, new ApiError(400, "`max_tokens` must be greater than `thinking.budget_tokens`."))
            : (budget, null);
    }

    private const int AdaptiveBudget = 1024;
    private const int MinBudget = 1024;

    private static ApiError? Number(JsonElement body, string name, double least, double most) =>
        !body.Has(name, out var value) ? null
        : value.ValueKind != JsonValueKind.Number ? ApiError.Bad(name, "Input should be a valid number")
        : value.GetDouble() < least ? ApiError.Bad(name, $"Input should be greater than or equal to {least}")
        : value.GetDouble() > most ? ApiError.Bad(name, $"Input should be less than or equal to {most}")
        : null;

    private static ApiError? Metadata(JsonElement body)
    {
        if (!body.Has("metadata", out var metadata))
        {
            return null;
        }

        return metadata.ValueKind != JsonValueKind.Object ? ApiError.Bad("metadata", "Input should be an object")
            : metadata.EnumerateObject().FirstOrDefault(pair => pair.Name != "user_id") is { Value.ValueKind: not JsonValueKind.Undefined } other
                ? ApiError.Bad($"metadata.{other.Name}", "Extra inputs are not permitted")
                : null;
    }

    private static ApiError? Tier(JsonElement body) =>
        !body.Has("service_tier", out var tier) || (tier.ValueKind == JsonValueKind.String && tier.GetString() is "auto" or "standard_only")
            ? null
            : ApiError.Bad("service_tier", "Input should be 'auto' or 'standard_only'");
}
