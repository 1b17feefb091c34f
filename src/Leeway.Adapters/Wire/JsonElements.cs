using System.Globalization;
using System.Text.Json;

namespace Leeway.Adapters.Wire;

/// <summary>Lenient reads of small objects: what is missing, null or of another type is null.</summary>
internal static class JsonElements
{
    /// <summary>A member's text; numbers as they stand, since some servers number their codes.</summary>
    public static string? Text(this JsonElement element, string name) => element.Member(name) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>A member's text when it is a string and text: half of a surrogate pair is none.</summary>
    public static string? Word(this JsonElement element, string name)
    {
        try
        {
            return element.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A count: a whole number that is not negative.</summary>
    public static int? Count(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int count) && count >= 0 ? count : null;

    /// <summary>An instant in Unix seconds, as OpenAI sends it, or in RFC 3339, as some that copy it do.</summary>
    public static long? UnixSeconds(this JsonElement element, string name) => element.Member(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out long seconds) => seconds,
        { ValueKind: JsonValueKind.String } text when DateTimeOffset.TryParse(text.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset instant) => instant.ToUnixTimeSeconds(),
        _ => null,
    };

    /// <summary>A member, unless the element is no object or the member is missing or null.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The elements of an array member; none when it is not one.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];
}
