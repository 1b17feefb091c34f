using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Leeway.Ledger;

namespace Leeway.Cli.Runs;

/// <summary>Checks one line of an OpenAI batch file as far as can be done without the gateway.</summary>
internal static class BatchLine
{
    public const string Chat = "/v1/chat/completions";
    public const string Embeddings = "/v1/embeddings";

    // The gateway's own limits.
    private const int MaxCustomId = 512;
    private const int MaxDepth = 64;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = MaxDepth };

    public static InputItem Read(int line, ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span))
        {
            return Bad("the line is not valid UTF-8");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, s_options);
            return Check(line, json, document.RootElement);
        }
        catch (JsonException error)
        {
            return Bad("the line is not JSON: " + error.Message.Split(" LineNumber:")[0], (int)(error.BytePositionInLine ?? 0) + 1);
        }

        InputItem Bad(string problem, int column = 0) => new() { Line = line, Column = column, Problem = problem };
    }

    private static InputItem Check(int line, ReadOnlyMemory<byte> json, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new InputItem { Line = line, Problem = $"the line must be a JSON object (got {Kind(root)})" };
        }

        string? customId = Text(root, "custom_id");
        string? problem = null;
        void Must(bool holds, string otherwise) => problem ??= holds ? null : otherwise;

        Must(customId is { Length: > 0 and <= MaxCustomId }, $"custom_id must be a string of 1 to {MaxCustomId} characters{Got(root, "custom_id")}");
        Must(Text(root, "method") == "POST", $"method must be \"POST\"{Got(root, "method")}");
        string? url = Text(root, "url");
        Must(url is Chat or Embeddings, $"url must be {Chat} or {Embeddings}{Got(root, "url")}");
        bool hasBody = root.TryGetProperty("body", out JsonElement body) && body.ValueKind == JsonValueKind.Object;
        Must(hasBody, $"body must be an object{Got(root, "body")}");
        if (problem is null)
        {
            Must(Text(body, "model") is { Length: > 0 }, $"body.model must be a string{Got(body, "model")}");
            Must(url != Chat || (body.TryGetProperty("messages", out JsonElement messages) && messages.ValueKind == JsonValueKind.Array), $"body.messages must be an array{Got(body, "messages")}");
            Must(url != Embeddings || body.TryGetProperty("input", out _), "body.input is missing");
            Must(!(body.TryGetProperty("stream", out JsonElement stream) && stream.ValueKind == JsonValueKind.True), "body.stream cannot be true: a file has nobody to stream to");
        }

        if (problem is not null)
        {
            return new InputItem { Line = line, CustomId = customId, Problem = problem + (string.IsNullOrEmpty(customId) ? "" : $" — custom_id \"{customId}\"") };
        }

        return new InputItem
        {
            Line = line,
            CustomId = customId,
            Json = json,
            Model = Text(body, "model")!,
            InputTokens = TokenEstimator.Estimate(JsonMarshal.GetRawUtf8Value(body)),
            MaxOutputTokens = url == Embeddings ? 0 : Number(body, "max_completion_tokens") ?? Number(body, "max_tokens"),
        };
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : null;

    private static string Got(JsonElement parent, string name) =>
        !parent.TryGetProperty(name, out JsonElement value) ? " (missing)"
        : value.ValueKind == JsonValueKind.String ? $" (got \"{Short(value.GetString()!)}\")"
        : $" (got {Kind(value)})";

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind kind => kind.ToString().ToLowerInvariant(),
    };
}
