using System.Text.Json;

namespace Leeway.Cli.Api;

/// <summary>A refusal in either of the two shapes the gateway speaks: OpenAI's error object or problem+json.</summary>
internal sealed record Refusal(int Status, string Code, string Message, string Remedy)
{
    public int ExitCode => (Status, Code) switch
    {
        (401 or 403, _) => Cli.ExitCode.Unauthorized,
        (_, "request_expired") => Cli.ExitCode.DeadlineMissed,
        (404, _) => Cli.ExitCode.NotFound,
        _ => Cli.ExitCode.Failed,
    };

    public static Refusal Parse(int status, string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
            {
                return root.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object
                    ? new Refusal(status, Text(error, "code"), Text(error, "message"), "")
                    : new Refusal(status, Text(root, "code"), Text(root, "detail") is { Length: > 0 } detail ? detail : Text(root, "title"), Text(root, "remedy"));
            }
        }
        catch (JsonException)
        {
            // Not one of the gateway's own refusals; the status speaks.
        }

        return new Refusal(status, "http_" + status, $"The gateway answered with HTTP {status}.", "");
    }

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
}
