using System.Text.Json;

namespace Leeway.Gateway.Ingress.Requests;

/// <summary>The message of a stored error body.</summary>
internal static class ErrorMessage
{
    /// <summary><c>error.message</c> of an OpenAI-shaped error, or null.</summary>
    public static string? Of(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("error", out JsonElement error)
                && error.ValueKind == JsonValueKind.Object
                && error.TryGetProperty("message", out JsonElement message)
                && message.ValueKind == JsonValueKind.String
                    ? message.GetString()
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
