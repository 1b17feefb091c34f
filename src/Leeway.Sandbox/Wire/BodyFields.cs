using System.Text.Json;

namespace Leeway.Sandbox.Wire;

/// <summary>Fields that several OpenAI bodies share.</summary>
internal static class BodyFields
{
    public static bool TryReadCount(JsonElement body, string name, int max, out int? count, out ApiError? error, int min = 1)
    {
        count = null;
        error = null;
        if (!body.Has(name, out var value))
        {
            return true;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max)
        {
            count = number;
            return true;
        }

        error = ApiError.Invalid(name, $"Invalid '{name}': expected an integer of at least {min}{(max == int.MaxValue ? "" : $" and at most {max}")}.");
        return false;
    }

    /// <summary>A sequence, or up to four of them.</summary>
    public static bool TryReadStop(JsonElement body, out IReadOnlyList<string> stop, out ApiError? error)
    {
        stop = [];
        error = null;
        if (!body.Has("stop", out var value))
        {
            return true;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            stop = value.GetString() is { Length: > 0 } one ? [one] : [];
            return true;
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= 4 && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String))
        {
            stop = [.. value.EnumerateArray().Select(one => one.GetString()!).Where(one => one.Length > 0)];
            return true;
        }

        error = ApiError.Invalid("stop", "Invalid 'stop': expected a string or an array of at most 4 strings.");
        return false;
    }

    /// <summary>Tokens an effort lets a model think; assumed.</summary>
    public static int? ReasoningBudget(string? effort) => effort switch
    {
        null or "none" or "minimal" => null,
        "low" => 16,
        "medium" => 48,
        _ => 160,
    };

    public static bool Flag(JsonElement element, string name, bool absent) =>
        element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value) ? absent : value.ValueKind == JsonValueKind.True;
}
