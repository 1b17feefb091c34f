using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Quotes;

/// <summary>
/// What a quote is asked for: a call as it would be made, <c>{"endpoint":…,"body":{…}}</c>, or its size,
/// <c>{"endpoint":…,"model":…,"input_tokens":…,"output_tokens":…}</c>; with the signals of a call beside it.
/// </summary>
/// <param name="Endpoint">The path without its base.</param>
/// <param name="By">The value of a <c>/by/{value}</c> base, or null.</param>
/// <param name="Body">The body of the call.</param>
/// <param name="InputTokens">Where no body says them.</param>
internal sealed record QuoteAsked(string Endpoint, string? By, byte[] Body, int? InputTokens)
{
    private const string Unchanged = "Nothing was sent or queued.";
    private const int MostTokens = 100_000_000;

    // Members that stand for a header of the call.
    private static readonly (string Member, string Header)[] s_signals =
        [("deadline", "Leeway-Deadline"), ("priority", "Leeway-Priority"), ("lane", "Leeway-Lane"), ("max_cost", "Leeway-Max-Cost")];

    private static readonly string[] s_known = ["endpoint", "body", "model", "input_tokens", "output_tokens", .. s_signals.Select(signal => signal.Member)];

    /// <summary>The headers by which the call is understood: the caller's, with the members' values in place of their own.</summary>
    public required HeaderDictionary Headers { get; init; }

    /// <summary>The member or header that a refusal is about, by the name under which the caller gave it.</summary>
    public required IReadOnlyDictionary<string, string> Given { get; init; }

    public static QuoteAsked? Read(ReadOnlyMemory<byte> text, IHeaderDictionary headers, int maxDepth, out Problem? problem)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = maxDepth + 1 });
            return Read(document.RootElement, headers, out problem);
        }
        catch (JsonException exception)
        {
            problem = new Problem
            {
                Code = "invalid_json",
                Message = $"The body is not valid JSON (line {exception.LineNumber + 1 ?? 1}, column {exception.BytePositionInLine + 1 ?? 1}), names a member twice, or is nested too deeply.",
                Remedy = Unchanged,
            };
        }
        catch (InvalidOperationException)
        {
            problem = new Problem { Code = "invalid_encoding", Message = "A name or text in the body holds half of a surrogate pair or is not UTF-8.", Remedy = Unchanged };
        }

        return null;
    }

    private static QuoteAsked? Read(JsonElement root, IHeaderDictionary headers, out Problem? problem)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            problem = new Problem { Code = "body_not_an_object", Message = $"The body must be a JSON object, not {JsonBody.Kind(root)}.", Remedy = Unchanged };
            return null;
        }

        if (root.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !s_known.Contains(name)) is { } unknown)
        {
            problem = Bad("invalid_parameter", Short.Of(unknown), $"There is no member '{Short.Of(unknown)}' in a quote; there are {string.Join(", ", s_known)}.");
            return null;
        }

        if (ReadEndpoint(root, out string? by, out problem) is not { } endpoint || !TryReadSignals(root, headers, out HeaderDictionary merged, out Dictionary<string, string> given, out problem))
        {
            return null;
        }

        int? input = null;
        byte[]? body = root.TryGetProperty("body", out JsonElement written) ? Whole(root, written, out problem) : OfSize(root, out input, out problem);
        return body is null ? null : new QuoteAsked(endpoint, by, body, input) { Headers = merged, Given = given };
    }

    private static string? ReadEndpoint(JsonElement root, out string? by, out Problem? problem)
    {
        by = null;
        string? path = Text(root, "endpoint", out problem);
        if (path is null)
        {
            problem = problem! with { Code = root.TryGetProperty("endpoint", out _) ? "invalid_type" : "missing_member", Remedy = $"Name the path you would call, e.g. /v1/chat/completions or /by/6h/v1/messages. {Unchanged}" };
            return null;
        }

        if (InferencePath.TrySplit(path, out string split, out by) && InferencePath.Known(split) is { } known)
        {
            by = by is null ? null : Uri.UnescapeDataString(by);
            return known;
        }

        problem = new Problem
        {
            Code = "invalid_parameter",
            Message = $"'{Short.Of(path)}' is no path of inference.",
            Field = "endpoint",
            Value = Short.Of(path),
            Remedy = $"There are {string.Join(", ", InferencePath.All)}, with /by/{{deadline}} in front if you like. {Unchanged}",
        };
        return null;
    }

    private static bool TryReadSignals(JsonElement root, IHeaderDictionary headers, out HeaderDictionary merged, out Dictionary<string, string> given, out Problem? problem)
    {
        problem = null;
        given = [];
        merged = new HeaderDictionary();
        foreach ((string name, var values) in headers)
        {
            merged[name] = values;
        }

        foreach ((string member, string header) in s_signals)
        {
            if (root.TryGetProperty(member, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
            {
                if (value.ValueKind != JsonValueKind.String)
                {
                    problem = Bad("invalid_type", member, $"The member '{member}' must be a string, not {JsonBody.Kind(value)}.") with { Value = Short.Of(value.GetRawText()) };
                    return false;
                }

                merged[header] = value.GetString();
                given[header] = member;
            }
        }

        // The same thing under its other name would contradict the member.
        if (given.ContainsKey("Leeway-Deadline"))
        {
            merged.Remove("Offpeak-Deadline");
        }

        return true;
    }

    private static byte[]? Whole(JsonElement root, JsonElement body, out Problem? problem)
    {
        problem = null;
        foreach (string member in new[] { "model", "input_tokens", "output_tokens" })
        {
            if (root.TryGetProperty(member, out JsonElement beside))
            {
                problem = Bad("conflicting_signals", member, $"The member '{member}' stands beside 'body', which says the same of itself.") with
                {
                    Value = Short.Of(beside.GetRawText()),
                    Remedy = $"Send body, or model, input_tokens and output_tokens. {Unchanged}",
                };
                return null;
            }
        }

        if (body.ValueKind != JsonValueKind.Object)
        {
            problem = Bad("invalid_type", "body", $"The member 'body' must be an object, the body of the call; not {JsonBody.Kind(body)}.") with { Value = Short.Of(body.GetRawText()) };
            return null;
        }

        return JsonMarshal.GetRawUtf8Value(body).ToArray();
    }

    private static byte[]? OfSize(JsonElement root, out int? input, out Problem? problem)
    {
        input = null;
        string? model = Text(root, "model", out problem);
        if (model is null)
        {
            bool missing = !root.TryGetProperty("model", out _);
            problem = missing
                ? Bad("missing_member", "body", "The member 'body' is missing, and so is 'model'.") with { Remedy = $"Send body, the body of the call; or model, input_tokens and output_tokens. {Unchanged}" }
                : problem! with { Code = "invalid_type", Remedy = Unchanged };
            return null;
        }

        if (Tokens(root, "input_tokens", out problem) is not { } tokens || Tokens(root, "output_tokens", out problem) is not { } output)
        {
            return null;
        }

        input = tokens;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteNumber("max_tokens", output);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string? Text(JsonElement root, string member, out Problem? problem)
    {
        problem = null;
        return root.Text(member, 1000, ref problem);
    }

    private static int? Tokens(JsonElement root, string member, out Problem? problem)
    {
        problem = null;
        if (!root.TryGetProperty(member, out JsonElement value))
        {
            problem = Bad("missing_member", member, $"The member '{member}' is missing: without 'body' nothing else says it.");
        }
        else if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int tokens) || tokens < 0 || tokens > MostTokens)
        {
            problem = Bad("invalid_type", member, $"The member '{member}' must be a whole number from 0 to {MostTokens}; got {JsonBody.Kind(value)}.") with { Value = Short.Of(value.GetRawText()) };
        }
        else
        {
            return tokens;
        }

        return null;
    }

    private static Problem Bad(string code, string field, string message) => new() { Code = code, Field = field, Message = message, Remedy = Unchanged };
}
