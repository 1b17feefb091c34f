using System.Text.Json;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Admin;

/// <summary>
/// Bodies of the admin API: small JSON objects with members from a closed list, each once. What is not on the list is refused, so nothing can
/// be set that a route does not mean to let set.
/// </summary>
internal static class AdminBody
{
    private const int MaxBytes = 16 * 1024;

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>Reads the body's object.</summary>
    /// <param name="context">The call.</param>
    /// <param name="remedy">What to send instead, and that nothing was changed.</param>
    /// <param name="mayBeMissing">Whether a call without a body means an empty object.</param>
    /// <param name="members">The members it may have.</param>
    public static async Task<(JsonElement Root, Problem? Problem)> ReadAsync(HttpContext context, string remedy, bool mayBeMissing, params string[] members)
    {
        if (mayBeMissing && context.Request is { ContentLength: null or 0, ContentType: null })
        {
            return (Empty(), null);
        }

        if (MediaTypes.CheckJson(context.Request) is { } refused)
        {
            return (default, refused);
        }

        (RequestBody body, bool fits) = await RequestBody.ReadAsync(context, MaxBytes);
        using (body)
        {
            return !fits ? (default, new Problem { Code = "body_too_large", Field = "body", Message = $"The body is larger than {MaxBytes} bytes.", Remedy = remedy })
                : body.Memory.IsEmpty ? mayBeMissing ? (Empty(), null) : (default, new Problem { Code = "body_missing", Message = "The body is empty.", Remedy = remedy })
                : Parse(body.Memory, remedy, members);
        }
    }

    /// <summary>A member's text; null when it is absent.</summary>
    public static string? Text(JsonElement root, string name, string remedy, out Problem? problem)
    {
        problem = null;
        if (!root.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return TextOf(value, name, remedy, out problem);
        }

        problem = Bad(name, $"The member '{name}' must be a string, not {Kind(value)}.", remedy);
        return null;
    }

    /// <summary>A member that is a list of texts; empty when it is absent.</summary>
    public static IReadOnlyList<string> Texts(JsonElement root, string name, string remedy, out Problem? problem)
    {
        problem = null;
        if (!root.TryGetProperty(name, out JsonElement value))
        {
            return [];
        }

        var texts = new List<string>();
        foreach (JsonElement element in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default)
        {
            if (element.ValueKind != JsonValueKind.String)
            {
                break;
            }

            texts.Add(TextOf(element, name, remedy, out problem));
        }

        if (value.ValueKind != JsonValueKind.Array || texts.Count != value.GetArrayLength())
        {
            problem = Bad(name, $"The member '{name}' must be a list of strings, not {Kind(value)}.", remedy);
        }

        return texts;
    }

    /// <summary>The refusal of a member.</summary>
    public static Problem Bad(string field, string message, string remedy) => new() { Code = "invalid_parameter", Field = field, Message = message, Remedy = remedy };

    /// <summary>What a value is, for a message.</summary>
    public static string Kind(JsonElement element) => $"{element.ValueKind.ToString().ToLowerInvariant()} {Short.Of(element.GetRawText())}";

    private static (JsonElement, Problem?) Parse(ReadOnlyMemory<byte> body, string remedy, string[] members)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, s_strict);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (default, new Problem { Code = "body_not_an_object", Message = $"The body must be a JSON object, not {Kind(root)}.", Remedy = remedy });
            }

            foreach (JsonProperty member in root.EnumerateObject())
            {
                if (!members.Contains(member.Name))
                {
                    return (default, Bad(Short.Of(member.Name), $"There is no member '{Short.Of(member.Name)}'.", remedy));
                }
            }

            return (root.Clone(), null);
        }
        catch (JsonException exception)
        {
            return (default, new Problem
            {
                Code = "invalid_json",
                Message = $"The body is not valid JSON (line {exception.LineNumber + 1 ?? 1}, column {exception.BytePositionInLine + 1 ?? 1}), or names a member twice.",
                Remedy = remedy,
            });
        }
        catch (InvalidOperationException)
        {
            return (default, NotText(null, remedy));
        }
    }

    private static string TextOf(JsonElement value, string name, string remedy, out Problem? problem)
    {
        try
        {
            problem = null;
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            problem = NotText(name, remedy);
            return "";
        }
    }

    private static Problem NotText(string? field, string remedy) =>
        new() { Code = "invalid_encoding", Field = field, Message = "A string of the body is no text: it holds half of a surrogate pair or is not UTF-8.", Remedy = remedy };

    private static JsonElement Empty() => JsonDocument.Parse("{}").RootElement;
}
