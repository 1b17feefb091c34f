using System.Text.Json;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>How much a model thinks: Gemini 2.5 takes a budget in tokens, later ones a level.</summary>
internal static class GeminiThinking
{
    public static void Write(RequestDocument document, Utf8JsonWriter config, JsonElement given, string model)
    {
        string effort = document.Text(given, "reasoning_effort");
        config.WriteStartObject("thinkingConfig");
        if (model.Contains("gemini-2.5", StringComparison.Ordinal))
        {
            config.WriteNumber("thinkingBudget", Budget(document, given, effort, model));
        }
        else
        {
            config.WriteString("thinkingLevel", effort is "minimal" or "low" or "medium" or "high"
                ? effort
                : throw document.NoValue(given, "reasoning_effort", "minimal, low, medium and high are known there"));
        }

        config.WriteEndObject();
    }

    // The vendor's own layer for OpenAI's clients turns the words into these numbers. Pro thinks always.
    private static int Budget(RequestDocument document, JsonElement given, string effort, string model) => effort switch
    {
        "none" when model.Contains("pro", StringComparison.Ordinal) => throw document.NoValue(given, "reasoning_effort", "this model always thinks; say minimal, low, medium or high"),
        "none" => 0,
        "minimal" or "low" => 1024,
        "medium" => 8192,
        "high" => 24_576,
        _ => throw document.NoValue(given, "reasoning_effort", "none, minimal, low, medium and high are known there"),
    };
}
