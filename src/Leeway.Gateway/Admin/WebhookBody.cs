using System.Text.Json;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Admin;

/// <summary>The body that registers a webhook endpoint: <c>{"url":"https://…"}</c> and nothing else.</summary>
internal static class WebhookBody
{
    private const int MaxBytes = 16 * 1024;
    private const string Remedy = "Send {\"url\":\"https://…\"}. Nothing was registered.";

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    public static async Task<(string Url, Problem? Problem)> ReadUrlAsync(HttpContext context)
    {
        if (MediaTypes.CheckJson(context.Request) is { } refused)
        {
            return ("", refused);
        }

        (RequestBody body, bool fits) = await RequestBody.ReadAsync(context, MaxBytes);
        using (body)
        {
            return fits ? Read(body.Memory) : ("", new Problem { Code = "body_too_large", Field = "body", Message = $"The body is larger than {MaxBytes} bytes.", Remedy = Remedy });
        }
    }

    private static (string, Problem?) Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return ("", new Problem { Code = "body_missing", Message = "The body is empty.", Remedy = Remedy });
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body, s_strict);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return ("", new Problem { Code = "body_not_an_object", Message = $"The body must be a JSON object, not {Kind(root)}.", Remedy = Remedy });
            }

            foreach (JsonProperty member in root.EnumerateObject())
            {
                if (!member.NameEquals("url"))
                {
                    return ("", Bad(Short.Of(member.Name), $"There is no member '{Short.Of(member.Name)}'."));
                }
            }

            return !root.TryGetProperty("url", out JsonElement url) ? ("", Bad("url", "The member 'url' is missing."))
                : url.ValueKind != JsonValueKind.String ? ("", Bad("url", $"The member 'url' must be a string, not {Kind(url)}."))
                : (url.GetString()!, null);
        }
        catch (JsonException exception)
        {
            return ("", new Problem
            {
                Code = "invalid_json",
                Message = $"The body is not valid JSON (line {exception.LineNumber + 1 ?? 1}, column {exception.BytePositionInLine + 1 ?? 1}), or names a member twice.",
                Remedy = Remedy,
            });
        }
        catch (InvalidOperationException)
        {
            return ("", new Problem { Code = "invalid_encoding", Field = "url", Message = "A string of the body is no text: it holds half of a surrogate pair or is not UTF-8.", Remedy = Remedy });
        }
    }

    private static Problem Bad(string field, string message) => new() { Code = "invalid_parameter", Field = field, Message = message, Remedy = Remedy };

    private static string Kind(JsonElement element) => $"{element.ValueKind.ToString().ToLowerInvariant()} {Short.Of(element.GetRawText())}";
}
