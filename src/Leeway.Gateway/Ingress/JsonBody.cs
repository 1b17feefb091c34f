using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress;

/// <summary>Small JSON bodies of routes that are no inference: one object, no member twice, no unknown member.</summary>
internal static class JsonBody
{
    private const int MaxDepth = 16;
    private const string Unchanged = "Nothing was changed.";

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <summary>Reads the body; the caller disposes it.</summary>
    /// <param name="context">Whose body it is.</param>
    /// <param name="maxBytes">How long it may be.</param>
    /// <param name="known">The members it may have.</param>
    public static async Task<(JsonDocument? Body, Problem? Problem)> ReadAsync(HttpContext context, int maxBytes, params IReadOnlyList<string> known)
    {
        if (MediaTypes.CheckJson(context.Request) is { } refused)
        {
            return (null, refused);
        }

        PipeReader reader = context.Request.BodyReader;
        ReadResult result = await reader.ReadAtLeastAsync(maxBytes + 1, context.RequestAborted);
        byte[] bytes = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, maxBytes + 1)).ToArray();
        reader.AdvanceTo(result.Buffer.End);
        return bytes.Length switch
        {
            0 => (null, new Problem { Code = "body_missing", Message = "The body is empty.", Remedy = Unchanged }),
            _ when bytes.Length > maxBytes => (null, new Problem { Code = "body_too_large", Field = "body", Message = $"The body is larger than {maxBytes} bytes.", Remedy = Unchanged }),
            _ => Parse(bytes, known),
        };
    }

    /// <summary>A string member: null with a problem when it is missing, no string, or longer than <paramref name="maxLength"/>.</summary>
    public static string? Text(this JsonElement body, string name, int maxLength, ref Problem? problem)
    {
        string? text = null;
        string? wrong = !body.TryGetProperty(name, out JsonElement value) ? "is missing"
            : value.ValueKind != JsonValueKind.String ? $"must be a string, not {Kind(value)}"
            : !TryGetText(value, out text) ? "holds half of a surrogate pair, which is not text"
            : text!.Length is 0 || text.Length > maxLength ? $"must have 1 to {maxLength} characters (got {text.Length})"
            : null;
        if (wrong is null)
        {
            return text;
        }

        problem ??= Bad(name, $"The member '{name}' {wrong}.");
        return null;
    }

    /// <summary>The refusal of a member.</summary>
    public static Problem Bad(string field, string message) => new() { Code = "invalid_parameter", Field = field, Message = message, Remedy = Unchanged };

    /// <summary>A value as a message shows it.</summary>
    public static string Kind(JsonElement value) => $"{value.ValueKind.ToString().ToLowerInvariant()} {Short.Of(value.GetRawText())}";

    private static (JsonDocument?, Problem?) Parse(byte[] bytes, IReadOnlyList<string> known)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(bytes, s_strict);
            Problem? problem = Check(document.RootElement, known);
            if (problem is null)
            {
                return (document, null);
            }

            document.Dispose();
            return (null, problem);
        }
        catch (JsonException exception)
        {
            return (null, new Problem
            {
                Code = "invalid_json",
                Message = $"The body is not valid JSON (line {exception.LineNumber + 1 ?? 1}, column {exception.BytePositionInLine + 1 ?? 1}), or names a member twice.",
                Remedy = Unchanged,
            });
        }
        catch (InvalidOperationException)
        {
            return (null, new Problem { Code = "invalid_encoding", Message = "A name in the body is no text: it holds half of a surrogate pair or is not UTF-8.", Remedy = Unchanged });
        }
    }

    private static Problem? Check(JsonElement root, IReadOnlyList<string> known)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new Problem { Code = "body_not_an_object", Message = $"The body must be a JSON object, not {Kind(root)}.", Remedy = Unchanged };
        }

        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                return Bad(Short.Of(member.Name), $"There is no member '{Short.Of(member.Name)}' here; there are {string.Join(", ", known)}.");
            }
        }

        return null;
    }

    private static bool TryGetText(JsonElement value, out string? text)
    {
        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }
}
