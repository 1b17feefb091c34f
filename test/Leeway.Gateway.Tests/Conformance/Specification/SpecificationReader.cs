using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Leeway.Gateway.Tests.Conformance.Specification;

/// <summary>Makes JSON Schema (2020-12) of the schemas of an OpenAPI document in YAML, compressed.</summary>
internal sealed class SpecificationReader
{
    private const string Local = "#/components/schemas/";

    // Keywords that judge; the rest of a schema describes.
    private static readonly HashSet<string> Keywords =
    [
        "$ref", "type", "enum", "const", "properties", "required", "additionalProperties", "items", "anyOf", "oneOf", "allOf", "not", "minItems", "maxItems",
        "minLength", "maxLength", "minimum", "maximum", "pattern", "propertyNames", "uniqueItems",
    ];

    private readonly YamlMappingNode _schemas;
    private readonly Func<string, string, bool, bool> _isNullToo;

    /// <param name="isNullToo">Schema, member and whether it is required: true where it may also be null.</param>
    public SpecificationReader(string path, Func<string, string, bool, bool> isNullToo)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(WithoutBlocks(path)));
        _schemas = (YamlMappingNode)yaml.Documents[0].RootNode["components"]["schemas"];
        _isNullToo = isNullToo;
    }

    /// <summary>The text without its block scalars: all are prose or samples, and some are indented in a way that a strict parser refuses.</summary>
    private static string WithoutBlocks(string path)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var kept = new StringBuilder();
        int? block = null;
        while (text.ReadLine() is { } line)
        {
            int indent = line.Length - line.TrimStart(' ').Length;
            if (block is { } outer && (indent > outer || indent == line.Length))
            {
                continue;
            }

            block = line.EndsWith(": |", StringComparison.Ordinal) || line.EndsWith(": >", StringComparison.Ordinal)
                || line.EndsWith(": |-", StringComparison.Ordinal) || line.EndsWith(": >-", StringComparison.Ordinal) || line.EndsWith(": |+", StringComparison.Ordinal) ? indent : null;
            kept.AppendLine(block is null ? line : line[..(line.LastIndexOf(':') + 1)]);
        }

        return kept.ToString();
    }

    /// <summary>The schema of one kind of event: the choice of <paramref name="union"/> whose <c>type</c> has that value; null for an unknown type.</summary>
    public string? OfEvent(string union, string type) => ((YamlSequenceNode)_schemas[union]["anyOf"]).Children
        .Select(choice => ((YamlScalarNode)choice["$ref"]).Value![Local.Length..])
        .FirstOrDefault(name => ((YamlSequenceNode)_schemas[name]["properties"]["type"]["enum"]).Children.Any(value => ((YamlScalarNode)value).Value == type));

    /// <summary>One document with a named schema and all that it refers to.</summary>
    public JsonObject Read(string root)
    {
        var definitions = new JsonObject();
        var open = new Queue<string>([root]);
        while (open.TryDequeue(out string? name))
        {
            if (!definitions.ContainsKey(name))
            {
                definitions[name] = Schema(_schemas[name], (member, required) => _isNullToo(name, member, required), open);
            }
        }

        return new JsonObject { ["$ref"] = $"#/$defs/{root}", ["$defs"] = definitions };
    }

    private static JsonNode? Schema(YamlNode node, Func<string, bool, bool> nulls, Queue<string> open)
    {
        if (node is not YamlMappingNode mapping)
        {
            return Value(node);
        }

        var schema = new JsonObject();
        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            string keyword = ((YamlScalarNode)key).Value!;
            if (Keywords.Contains(keyword))
            {
                // Where one of several is meant, a discriminator tells which; without it more than one may fit.
                schema[keyword == "oneOf" ? "anyOf" : keyword] = Keyword(keyword, value, nulls, open);
            }
        }

        if (schema["properties"] is JsonObject properties)
        {
            string[] required = [.. (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>())];
            foreach (string name in properties.Select(property => property.Key).Where(name => nulls(name, required.Contains(name))).ToArray())
            {
                properties[name] = OrNull(properties[name]!);
            }
        }

        return mapping.Children.TryGetValue("nullable", out YamlNode? nullable) && Value(nullable) is JsonValue said && said.GetValue<bool>() ? OrNull(schema) : schema;
    }

    private static JsonNode? Keyword(string keyword, YamlNode value, Func<string, bool, bool> nulls, Queue<string> open)
    {
        switch (keyword)
        {
            case "$ref":
                string name = ((YamlScalarNode)value).Value![Local.Length..];
                open.Enqueue(name);
                return $"#/$defs/{name}";
            case "properties":
                return new JsonObject(((YamlMappingNode)value).Children.Select(property =>
                    KeyValuePair.Create(((YamlScalarNode)property.Key).Value!, Schema(property.Value, nulls, open))));
            case "anyOf" or "oneOf" or "allOf":
                return new JsonArray([.. ((YamlSequenceNode)value).Children.Select(child => Schema(child, nulls, open))]);
            case "items" or "not" or "additionalProperties" or "propertyNames":
                return Schema(value, nulls, open);
            default:
                return Value(value);
        }
    }

    private static JsonObject OrNull(JsonNode schema) => new() { ["anyOf"] = new JsonArray(schema.DeepClone(), new JsonObject { ["type"] = "null" }) };

    private static JsonNode? Value(YamlNode node) => node switch
    {
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Value)]),
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Value(pair.Value)))),
        YamlScalarNode { Style: not ScalarStyle.Plain } quoted => quoted.Value,
        YamlScalarNode plain => plain.Value switch
        {
            null or "" or "null" or "~" => null,
            "true" => true,
            "false" => false,
            { } text when decimal.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out decimal number) => number,
            { } text => text,
        },
        _ => throw new NotSupportedException($"{node.NodeType} at {node.Start}"),
    };
}
