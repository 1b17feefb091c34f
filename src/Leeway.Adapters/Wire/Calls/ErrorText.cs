using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Leeway.Adapters.Wire.Calls;

/// <summary>What the body of an error answer says, in any of the shapes that OpenAI-compatible servers use.</summary>
/// <param name="Message">For people.</param>
/// <param name="Type">The error's type.</param>
/// <param name="Code">The error's code; some servers send a number.</param>
/// <param name="Shape">Whose clients would understand the body as it is; null when nobody's.</param>
/// <param name="RetryAfter">How long to wait, where the body says so.</param>
internal readonly record struct ErrorText(string? Message, string? Type, string? Code, Dialect? Shape, TimeSpan? RetryAfter = null)
{
    /// <summary>Our word for a quota of a whole day that is spent at Google, whose status is that of a rate limit.</summary>
    public const string DayQuota = "daily_quota_exhausted";

    private const int LongestMessage = 1000;
    private const int LongestWaitSeconds = 7 * 24 * 3600;

    /// <summary>Reads the body; all null for anything that is not JSON.</summary>
    public static ErrorText Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;

            // A stream that failed before its first event is an array of one at Google.
            root = root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0 ? root[0] : root;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return default;
            }

            if (!root.TryGetProperty("error", out JsonElement error))
            {
                // Older vLLM puts the members at the top, FastAPI says "detail", Mistral puts that into the message; some of AWS's services
                // write capitals, and its functions tell exceptions.
                return new ErrorText(root.Text("message") ?? root.Text("Message") ?? root.Text("errorMessage") ?? root.Text("detail") ?? Complaint(root) ?? (root.Member("message") is { } inner ? Complaint(inner) : null), root.Text("type") ?? root.Text("errorType"), root.Text("code"), Shape: null);
            }

            if (error.Word("status") is { } status)
            {
                return FromGoogle(error, status);
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

    /// <summary>The first of the complaints about single fields that FastAPI lists under <c>detail</c>: where, and what.</summary>
    private static string? Complaint(JsonElement holder) =>
        holder.Items("detail").Cast<JsonElement?>().FirstOrDefault() is { } first && first.Word("msg") is { } what
            ? string.Join('.', first.Items("loc").Select(static part => part.ToString()).Where(static part => part != "body")) is { Length: > 0 } where ? $"{where}: {what}" : what
            : null;

    /// <summary>Google's shape: a status in words, and details each of a type of its own.</summary>
    private static ErrorText FromGoogle(JsonElement error, string status)
    {
        JsonElement[] details = [.. error.Items("details")];
        string? wait = details.Select(static detail => detail.Word("retryDelay")).FirstOrDefault(static delay => delay is not null);
        return new ErrorText(
            error.Text("message"),
            status,
            details.Any(IsDayQuota) ? DayQuota : details.Select(static detail => detail.Word("reason")).FirstOrDefault(static reason => reason is not null),
            Shape: null,
            wait?.EndsWith('s') == true && double.TryParse(wait.AsSpan(0, wait.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0 and <= LongestWaitSeconds
                ? TimeSpan.FromSeconds(seconds)
                : null);
    }

    // The violated quota tells its period in its name, e.g. GenerateRequestsPerDayPerProjectPerModel.
    private static bool IsDayQuota(JsonElement detail) =>
        detail.Items("violations").Any(static violation => violation.Word("quotaId")?.Contains("PerDay", StringComparison.Ordinal) == true);

    /// <summary>OpenAI's clients go by the type, which platforms in front of a model leave out; it may be null.</summary>
    private static Dialect? ShapeOf(JsonElement root, JsonElement error) =>
        error.Text("message") is null ? null
        : root.Text("type") == "error" ? Dialect.Anthropic
        : error.TryGetProperty("type", out _) ? Dialect.OpenAI
        : null;

    /// <summary>Whether the body repeats the credential.</summary>
    public static bool Leaks(ReadOnlySpan<byte> body, string? credential) =>
        credential is not null && body.IndexOf(Encoding.UTF8.GetBytes(credential)) >= 0;
}
