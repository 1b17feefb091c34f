using System.Buffers;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Answers;

/// <summary>A plausible instance of a JSON schema: every property, the first of every choice. Free strings hold the given text.</summary>
internal static class SchemaSample
{
    // A schema that refers to itself ends here, with null.
    private const int MaxDepth = 16;

    public static string Of(JsonElement schema, string text)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, HttpJson.WriterOptions))
        {
            Write(json, schema, schema, text, 0);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, JsonElement schema, JsonElement root, string text, int depth)
    {
        if (depth > MaxDepth || schema.ValueKind != JsonValueKind.Object)
        {
            json.WriteNullValue();
        }
        else if (schema.StringOrNull("$ref") is { } reference)
        {
            Write(json, Resolve(root, reference), root, text, depth + 1);
        }
        else if (schema.TryGetProperty("const", out var constant))
        {
            constant.WriteTo(json);
        }
        else if (FirstOf(schema, "enum") is { } value)
        {
            value.WriteTo(json);
        }
        else if ((FirstOf(schema, "anyOf") ?? FirstOf(schema, "oneOf") ?? FirstOf(schema, "allOf")) is { } choice)
        {
            Write(json, choice, root, text, depth + 1);
        }
        else
        {
            WriteType(json, schema, root, text, depth);
        }
    }

    private static void WriteType(Utf8JsonWriter json, JsonElement schema, JsonElement root, string text, int depth)
    {
        // Google's schemas name types in upper case.
        switch (TypeOf(schema)?.ToLowerInvariant())
        {
            case "object":
                json.WriteStartObject();
                if (schema.Has("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
                {
                    foreach (var property in properties.EnumerateObject())
                    {
                        json.WritePropertyName(property.Name);
                        Write(json, property.Value, root, text, depth + 1);
                    }
                }

                json.WriteEndObject();
                break;
            case "array":
                json.WriteStartArray();
                if (schema.Has("items", out var items))
                {
                    Write(json, items, root, text, depth + 1);
                }

                json.WriteEndArray();
                break;
            case "integer":
            case "number":
                json.WriteRawValue(schema.Has("minimum", out var least) && least.ValueKind == JsonValueKind.Number ? least.GetRawText() : "1");
                break;
            case "boolean":
                json.WriteBooleanValue(true);
                break;
            case "null":
                json.WriteNullValue();
                break;
            default:
                json.WriteStringValue(Formatted(schema.StringOrNull("format"), text));
                break;
        }
    }

    private static string Formatted(string? format, string text) => format switch
    {
        "date" => "2026-11-23",
        "date-time" => "2026-11-23T12:00:00Z",
        "time" => "12:00:00Z",
        "email" => "someone@example.com",
        "uri" => "https://example.com/",
        "uuid" => "0f8fad5b-d9cb-469f-a165-70867728950e",
        _ => text,
    };

    /// <summary>The type, the first of several; a schema that has properties is an object.</summary>
    private static string? TypeOf(JsonElement schema) =>
        schema.StringOrNull("type")
        ?? (FirstOf(schema, "type") is { ValueKind: JsonValueKind.String } first ? first.GetString() : null)
        ?? (schema.TryGetProperty("properties", out _) ? "object" : schema.TryGetProperty("items", out _) ? "array" : null);

    private static JsonElement? FirstOf(JsonElement schema, string name) =>
        schema.Has(name, out var all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() > 0 ? all[0] : null;

    /// <summary>Only references into the same document, <c>#/$defs/name</c>.</summary>
    private static JsonElement Resolve(JsonElement root, string reference)
    {
        var found = root;
        foreach (var step in reference.Split('/').Skip(1))
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(step, out found))
            {
                return default;
            }
        }

        return found;
    }
}
