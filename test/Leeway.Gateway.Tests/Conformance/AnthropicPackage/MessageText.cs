using System.Text.Json;
using Anthropic.Models.Messages;

namespace Leeway.Gateway.Tests.Conformance.AnthropicPackage;

/// <summary>Messages made and read in a line.</summary>
internal static class MessageText
{
    public static MessageCreateParams Ask(string model, string text) => new() { Model = model, MaxTokens = 1024, Messages = [new UserMessageParam(text)] };

    public static string Text(this Message message) => string.Concat(message.Content.Select(block => block.TryPickText(out TextBlock? text) ? text.Text : ""));

    public static List<ToolUseBlock> Uses(this Message message) =>
        [.. message.Content.Select(block => block.TryPickToolUse(out ToolUseBlock? use) ? use : null).OfType<ToolUseBlock>()];

    /// <summary>A schema of a city and its degrees.</summary>
    public static Dictionary<string, JsonElement> Schema { get; } = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(
        """{"type":"object","properties":{"city":{"type":"string"},"degrees":{"type":"integer"}},"required":["city","degrees"],"additionalProperties":false}""")!;

    public static List<ToolUnion> Tools { get; } =
    [
        .. new[] { "get_weather", "get_time" }.Select(name => (ToolUnion)new Tool
        {
            Name = name,
            Description = $"Tells {name}.",
            InputSchema = new InputSchema(Schema),
        }),
    ];
}
