using System.Text.Json.Nodes;

namespace Leeway.Cli.Demo.Traffic;

/// <summary>OpenAI request bodies.</summary>
internal static class Bodies
{
    public static string Chat(string? model, (string System, string User) prompt, int maxTokens, bool stream = false)
    {
        var body = new JsonObject
        {
            ["messages"] = new JsonArray(Message("system", prompt.System), Message("user", prompt.User)),
            ["max_completion_tokens"] = maxTokens,
        };
        if (model is not null)
        {
            body["model"] = model;
        }

        if (stream)
        {
            body["stream"] = true;
        }

        return body.ToJsonString();
    }

    // Short vectors: the demo shows waiting and money, not the numbers.
    public static string Embedding(string model, string input) =>
        new JsonObject { ["model"] = model, ["input"] = input, ["dimensions"] = 64, ["encoding_format"] = "base64" }.ToJsonString();

    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };
}
