using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Gateway.Configuration;

/// <summary>The schema of <c>leeway.yaml</c> for editors, <c># yaml-language-server: $schema=…</c>.</summary>
public static class ConfigSchema
{
    private const string Reference = "reference";

    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>JSON Schema, draft 2020-12.</summary>
    public static string ToJsonSchema()
    {
        JsonObject schema = new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "leeway.yaml",
        };
        foreach ((string name, JsonNode? value) in Of(LeewaySchema.Root, LeewaySchema.Root.Create()))
        {
            schema[name] = value?.DeepClone();
        }

        schema["$defs"] = new JsonObject
        {
            [Reference] = new JsonObject
            {
                ["description"] = "The value of an environment variable or the content of a file.",
                ["type"] = "string",
                ["pattern"] = "^\\$\\{(env|file):.+\\}$",
            },
        };
        return schema.ToJsonString(s_options) + "\n";
    }

    private static JsonObject Of(Shape shape, object? seed) => shape switch
    {
        ScalarShape scalar => new JsonObject { ["anyOf"] = new JsonArray(scalar.Kind.Schema, new JsonObject { ["$ref"] = $"#/$defs/{Reference}" }) },
        RecordShape { OffWord: { } word } record => new JsonObject { ["anyOf"] = new JsonArray(OfRecord(record, seed), new JsonObject { ["const"] = word }) },
        RecordShape { Short: { } brief } record => new JsonObject { ["anyOf"] = new JsonArray(OfRecord(record, seed), new JsonObject { ["const"] = brief.Word }) },
        RecordShape record => OfRecord(record, seed),
        MapShape map => new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(map.Value, null) },
        ListShape { OneOrMany: true } list => OneOrMany(list, seed),
        ListShape list => new JsonObject { ["type"] = "array", ["items"] = Of(list.Element, null) },
        _ => throw new InvalidOperationException($"No schema for {shape.Name}."),
    };

    private static JsonObject OneOrMany(ListShape list, object? seed)
    {
        JsonArray choices = [OfRecord((RecordShape)list.Element, list.Single(seed)), new JsonObject { ["type"] = "array", ["items"] = Of(list.Element, null) }];
        if (list.OffWord is { } word)
        {
            choices.Add(new JsonObject { ["const"] = word });
        }

        return new JsonObject { ["anyOf"] = choices };
    }

    private static JsonObject OfRecord(RecordShape shape, object? seed)
    {
        object record = seed ?? shape.Create();
        JsonObject properties = [];
        foreach (Field field in shape.Fields)
        {
            properties[field.Name] = OfField(field, field.Get(record));
        }

        JsonObject schema = new() { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        string[] required = [.. shape.Fields.Where(field => field.Required).Select(field => field.Name)];
        if (required.Length > 0 && seed is null)
        {
            schema["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        }

        return schema;
    }

    private static JsonObject OfField(Field field, object? value)
    {
        JsonObject schema = Of(field.Shape, value);
        if (field.Unset is not null && schema["anyOf"] is JsonArray choices)
        {
            choices.Add(new JsonObject { ["type"] = "null" });
        }

        schema["description"] = field.Description;
        if (field.Shape is ScalarShape scalar && value is not null && !field.Required && scalar.Kind.Format(value) is { Length: > 0 } text)
        {
            schema["default"] = scalar.Kind is IntegerKind or BooleanKind ? JsonNode.Parse(text) : text;
        }

        return schema;
    }
}
