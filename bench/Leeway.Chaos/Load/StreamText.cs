using System.Text.Json;

namespace Leeway.Chaos.Load;

/// <summary>The text of a streamed chat answer.</summary>
internal static class StreamText
{
    private const string Prefix = "data: {";

    public static IEnumerable<string> Of(string stream)
    {
        foreach (string line in stream.Split('\n').Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using JsonDocument json = JsonDocument.Parse(line[(Prefix.Length - 1)..]);
            if (json.RootElement.TryGetProperty("choices", out JsonElement choices) && choices.GetArrayLength() > 0
                && choices[0].TryGetProperty("delta", out JsonElement delta) && delta.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String)
            {
                yield return content.GetString()!;
            }
        }
    }
}
