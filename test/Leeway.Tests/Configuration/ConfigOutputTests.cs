using System.Text.Json.Nodes;
using Leeway.Gateway.Configuration;

namespace Leeway.Tests.Configuration;

public sealed class ConfigOutputTests
{
    private const string Yaml = """
        providers:
          openai: { kind: openai, api_key: "${env:KEY}" }
        models:
          "gpt-4.1: mini": { deployments: [ { provider: openai, rpm: 5 } ], price: { input: "1", output: "2.50" } }
        classify: [ { when: { header: { x-team: a }, hours: { from: "22:00", to: "04:00" } }, priority: low } ]
        """;

    [Fact]
    public void Show_hides_secrets_and_names_origins()
    {
        using ConfigFolder folder = new(Yaml);
        folder.Environment["KEY"] = "sk-live-123";
        folder.Environment["LEEWAY__HOLD__MAX"] = "5m";
        string shown = ConfigShow.Render(folder.Load(), withOrigin: true);
        string[] lines = shown.Split('\n');

        Assert.DoesNotContain("sk-live", shown, StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("    api_key: env:KEY (set, 11 chars) ", StringComparison.Ordinal) && line.EndsWith("# leeway.yaml:2", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  max: 5m ", StringComparison.Ordinal) && line.EndsWith("# env LEEWAY__HOLD__MAX", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  listen: \"127.0.0.1:8080\" ", StringComparison.Ordinal) && line.EndsWith("# default", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("        rpm: 5 ", StringComparison.Ordinal) && line.EndsWith("# leeway.yaml:4", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_shown_loads_as_the_same_configuration()
    {
        using ConfigFolder folder = new(Yaml);
        folder.Environment["KEY"] = "sk-live-123";
        string shown = ConfigShow.Render(folder.Load(), withOrigin: false);
        folder.Write("leeway.yaml", shown.Replace("env:KEY (set, 11 chars)", "${env:KEY}", StringComparison.Ordinal));

        ConfigResult again = folder.Load();
        Assert.Empty(again.Problems);
        Assert.Equal(shown, ConfigShow.Render(again, withOrigin: false));
    }

    [Fact]
    public void A_result_with_errors_has_nothing_to_show()
    {
        using ConfigFolder folder = new("hold: { max: soon }");
        Assert.Throws<ArgumentException>(() => ConfigShow.Render(folder.Load(), withOrigin: false));
    }

    [Fact]
    public void The_json_schema_describes_every_leaf_and_its_default()
    {
        JsonNode schema = JsonNode.Parse(ConfigSchema.ToJsonSchema())!;
        foreach (SchemaLeaf leaf in SchemaLeaf.All())
        {
            JsonNode? node = schema;
            foreach (string segment in leaf.Segments)
            {
                node = node["anyOf"]?[0] is { } choice && node["properties"] is null ? choice : node;
                node = segment == "0" ? node["items"] : node["properties"]?[segment] ?? node["additionalProperties"];
                Assert.True(node is JsonObject, $"{leaf} is not in the schema");
            }

            Assert.NotNull(node["anyOf"]);
        }

        JsonNode listen = schema["properties"]!["server"]!["properties"]!["listen"]!;
        Assert.Equal("127.0.0.1:8080", listen["default"]!.GetValue<string>());
        Assert.False(schema["additionalProperties"]!.GetValue<bool>());
        Assert.Equal("openai-compatible", schema["properties"]!["providers"]!["additionalProperties"]!["properties"]!["kind"]!["anyOf"]![0]!["enum"]![1]!.GetValue<string>());
    }

    [Fact]
    public void Settings_that_need_a_restart_lie_outside_maps_and_lists()
    {
        Assert.Equal(
            ["server.listen", "server.admin_listen", "server.limits.header_bytes", "server.node.name", "server.node.lease", "server.node.drain",
             "storage.kind", "storage.connection", "storage.path"],
            SchemaLeaf.All().Where(leaf => leaf.Restart).Select(leaf => leaf.ToString()));
    }
}
