using System.Text.Json;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Admin;

/// <summary>The body that registers a webhook endpoint: <c>{"url":"https://…","events":["batch.completed"]}</c>; only the URL is needed.</summary>
internal sealed record WebhookBody(string Url, IReadOnlyList<string> Events)
{
    private const int MaxBytes = 16 * 1024;
    private const string Remedy = "Send {\"url\":\"https://…\"}, and \"events\" if you like. Nothing was registered.";

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    public static async Task<(WebhookBody? Body, Problem? Problem)> ReadAsync(HttpContext context)
    {
        if (MediaTypes.CheckJson(context.Request) is { } refused)
        {
            return (null, refused);
        }

        (RequestBody read, bool fits) = await RequestBody.ReadAsync(context, MaxBytes);
        using (read)
        {
            return fits ? Read(read.Memory) : (null, new Problem { Code = "body_too_large", Field = "body", Message = $"The body is larger than {MaxBytes} bytes.", Remedy = Remedy });
        }
    }

    private static (WebhookBody?, Problem?) Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return (null, new Problem { Code = "body_missing", Message = "The body is empty.", Remedy = Remedy });
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body, s_strict);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (null, new Problem { Code = "body_not_an_object", Message = $"The body must be a JSON object, not {Kind(root)}.", Remedy = Remedy });
            }

            foreach (JsonProperty member in root.EnumerateObject())
            {
                if (member.Name is not ("url" or "events"))
                {
                    return (null, Bad(Short.Of(member.Name), $"There is no member '{Short.Of(member.Name)}'."));
                }
            }

            if (!root.TryGetProperty("url", out JsonElement url))
            {
                return (null, Bad("url", "The member 'url' is missing."));
            }

            if (url.ValueKind != JsonValueKind.String)
            {
                return (null, Bad("url", $"The member 'url' must be a string, not {Kind(url)}."));
            }

            string address = url.GetString()!;
            (IReadOnlyList<string> events, Problem? bad) = ReadEvents(root);
            return bad is null ? (new WebhookBody(address, events), null) : (null, bad);
        }
        catch (JsonException exception)
        {
            return (null, new Problem
            {
                Code = "invalid_json",
                Message = $"The body is not valid JSON (line {exception.LineNumber + 1 ?? 1}, column {exception.BytePositionInLine + 1 ?? 1}), or names a member twice.",
                Remedy = Remedy,
            });
        }
        catch (InvalidOperationException)
        {
            return (null, new Problem { Code = "invalid_encoding", Field = "url", Message = "A string of the body is no text: it holds half of a surrogate pair or is not UTF-8.", Remedy = Remedy });
        }
    }

    private static (IReadOnlyList<string> Events, Problem? Problem) ReadEvents(JsonElement root)
    {
        var events = new List<string>();
        if (!root.TryGetProperty("events", out JsonElement wanted))
        {
            return (events, null);
        }

        foreach (JsonElement one in wanted.ValueKind == JsonValueKind.Array ? wanted.EnumerateArray() : [])
        {
            if (one.ValueKind == JsonValueKind.String && DeliveryEvents.Subscribable.Contains(one.GetString()!))
            {
                events.Add(one.GetString()!);
            }
            else
            {
                return (events, Bad("events", $"There is no event {Short.Of(one.GetRawText())}; there are {string.Join(", ", DeliveryEvents.Subscribable)}."));
            }
        }

        return wanted.ValueKind == JsonValueKind.Array ? ([.. events.Distinct()], null) : (events, Bad("events", $"The member 'events' must be a list of names, not {Kind(wanted)}."));
    }

    private static Problem Bad(string field, string message) => new() { Code = "invalid_parameter", Field = field, Message = message, Remedy = Remedy };

    private static string Kind(JsonElement element) => $"{element.ValueKind.ToString().ToLowerInvariant()} {Short.Of(element.GetRawText())}";
}
