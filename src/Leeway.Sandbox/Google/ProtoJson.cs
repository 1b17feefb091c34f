using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Google;

/// <summary>Fields of a Google body: camelCase, or snake_case, which the vendor takes as well. Unknown ones are refused, as it does.</summary>
internal static class ProtoJson
{
    /// <summary>True when the field is there, in either case, and not null.</summary>
    public static bool HasField(this JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && (element.Has(name, out value) || element.Has(SnakeCase(name), out value));
    }

    public static string? FieldText(this JsonElement element, string name) =>
        element.HasField(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A number; 64-bit ones may be strings.</summary>
    public static (int? Number, ApiError? Error) ReadInt(this JsonElement element, string name, string path)
    {
        if (!element.HasField(name, out var value))
        {
            return (null, null);
        }

        return (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
            || (value.ValueKind == JsonValueKind.String && int.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
            ? (number, null)
            : (null, Invalid($"Invalid value at '{path}' (TYPE_INT32), {value.GetRawText()}", path));
    }

    /// <summary>What is wrong with the names of an object's fields, or that it is no object.</summary>
    /// <param name="path">Of the object; empty is the body.</param>
    public static ApiError? CheckNames(JsonElement element, IReadOnlySet<string> known, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Invalid($"Invalid value at '{path}': expected an object.", path);
        }

        foreach (var field in element.EnumerateObject())
        {
            if (!known.Contains(field.Name) && !known.Contains(CamelCase(field.Name)))
            {
                var at = path.Length == 0 ? "" : $" at '{path}'";
                return Invalid($"Invalid JSON payload received. Unknown name \"{field.Name}\"{at}: Cannot find field.", path);
            }
        }

        return null;
    }

    /// <summary>A 400 that names the field it is about.</summary>
    public static ApiError Invalid(string message, string path) => new(400, message, Param: path);

    private static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static string CamelCase(string name)
    {
        var parts = name.Split('_');
        return parts.Length == 1 ? name : parts[0] + string.Concat(parts.Skip(1).Where(part => part.Length > 0).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
    }
}
