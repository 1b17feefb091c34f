using System.Text;
using System.Text.Json;

namespace Leeway.Adapters.Wire.Calls;

/// <summary>What the body of an error answer says, in any of the shapes that OpenAI-compatible servers use.</summary>
/// <param name="Message">For people.</param>
/// <param name="Type">The error's type.</param>
/// <param name="Code">The error's code; some servers send a number.</param>
/// <param name="Shape">Whose clients would understand the body as it is; null when nobody's.</param>
internal readonly record struct ErrorText(string? Message, string? Type, string? Code, Dialect? Shape)
{
    private const int LongestMessage = 1000;

    /// <summary>Reads the body; all null for anything that is not JSON.</summary>
    public static ErrorText Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return default;
            }

            if (!root.TryGetProperty("error", out JsonElement error))
            {
                // Older vLLM puts the members at the top, FastAPI says "detail".
                return new ErrorText(root.Text("message") ?? root.Text("detail"), root.Text("type"), root.Text("code"), Shape: null);
            }

            return error.ValueKind == JsonValueKind.Object
                ? new ErrorText(error.Text("message"), error.Text("type"), error.Text("code") ?? error.Text("error_code") ?? root.Text("error_code"), ShapeOf(root, error))
                : new ErrorText(error.ValueKind == JsonValueKind.String ? root.Text("error") : null, null, null, Shape: null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    /// <summary>The sentence to show: the server's own, without the credential and not longer than a screen.</summary>
    public string Describe(int status, string deployment, string? credential)
    {
        string message = string.IsNullOrWhiteSpace(Message) ? $"Deployment '{deployment}' answered {status}." : Message;
        if (credential is not null)
        {
            message = message.Replace(credential, "***", StringComparison.Ordinal);
        }

        return message.Length <= LongestMessage ? message : message[..LongestMessage] + "…";
    }

    private static Dialect? ShapeOf(JsonElement root, JsonElement error) =>
        error.Text("message") is null ? null : root.Text("type") == "error" ? Dialect.Anthropic : Dialect.OpenAI;

    /// <summary>Whether the body repeats the credential.</summary>
    public static bool Leaks(ReadOnlySpan<byte> body, string? credential) =>
        credential is not null && body.IndexOf(Encoding.UTF8.GetBytes(credential)) >= 0;
}
