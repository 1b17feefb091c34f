using System.Text.Json;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Ingress.Runs;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>
/// What a message says around its request: <c>{"endpoint","body","custom_id","deadline",…}</c>, or a line in OpenAI's batch form, or the object that
/// holds the request or a file of them.
/// </summary>
internal sealed record MessageFrame
{
    private const int MaxKey = 255;

    private static readonly string[] s_members =
    [
        "endpoint", "url", "method", "body", "custom_id", "idempotency_key", "deadline", "priority", "lane", "max_cost", "metadata", "webhook", "mail", "results", "object",
    ];

    // With an object, they are said inside it.
    private static readonly string[] s_ofRequests = ["endpoint", "url", "method", "body", "custom_id"];

    private static readonly (string Member, string Header)[] s_signals =
        [("deadline", "Leeway-Deadline"), ("priority", "Leeway-Priority"), ("lane", "Leeway-Lane"), ("max_cost", "Leeway-Max-Cost"), ("webhook", "Leeway-Webhook"), ("mail", NamedMail.Header)];

    public string? CustomId { get; private init; }

    public string? IdempotencyKey { get; private init; }

    /// <summary>The path asked for; empty with an object.</summary>
    public string Endpoint { get; private init; } = "";

    /// <summary>The request; empty with an object.</summary>
    public ReadOnlyMemory<byte> Body { get; private init; }

    /// <summary>Its signals, as headers.</summary>
    public HeaderDictionary Headers { get; private init; } = [];

    /// <summary>A JSON object, or null.</summary>
    public string? MetadataJson { get; private init; }

    /// <summary>The name of the queue that is to get the result, or null.</summary>
    public string? Results { get; private init; }

    /// <summary>The address of an object that holds the request, or requests; or null.</summary>
    public string? Object { get; private init; }

    /// <summary>Whether <see cref="Object"/> is a file with a request on each line.</summary>
    public bool IsFile => Object is not null && (Object.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || Object.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a message, the content of its object, or a line of its file.</summary>
    public static MessageFrame? Read(ReadOnlyMemory<byte> text, string what, out Problem? problem)
    {
        Frame frame = Frame.Read(text.Span, what);
        problem = frame.Fault is not null ? QueueProblems.Bad(null, frame.Fault)
            : frame.Twice is not null ? QueueProblems.Twice(frame.Twice)
            : CheckMembers(frame) ?? (frame.Token("object") == JsonTokenType.None ? CheckRequest(frame) : CheckObject(frame));
        if (problem is not null)
        {
            return null;
        }

        return new MessageFrame
        {
            CustomId = frame.Word("custom_id"),
            IdempotencyKey = frame.Word("idempotency_key"),
            Endpoint = InferencePath.Known(frame.Word("endpoint") ?? frame.Word("url") ?? "") ?? "",
            Body = Slice(text, frame.Range("body")),
            Headers = SignalsOf(frame, text),
            MetadataJson = frame.Token("metadata") == JsonTokenType.StartObject ? System.Text.Encoding.UTF8.GetString(Slice(text, frame.Range("metadata")).Span) : null,
            Results = frame.Word("results"),
            Object = frame.Word("object"),
        };
    }

    /// <summary>What stands inside an object, with what its message says where it says nothing itself.</summary>
    public MessageFrame Inside(MessageFrame inner)
    {
        // A deadline and a priority are one signal: whoever says one of them has spoken.
        bool speaks = inner.Headers.ContainsKey("Leeway-Deadline") || inner.Headers.ContainsKey("Leeway-Priority");
        var headers = new HeaderDictionary();
        foreach ((string _, string header) in s_signals)
        {
            MessageFrame from = inner.Headers.ContainsKey(header) || (speaks && header is "Leeway-Deadline" or "Leeway-Priority") ? inner : this;
            if (from.Headers.TryGetValue(header, out var value))
            {
                headers[header] = value;
            }
        }

        return inner with { Headers = headers, MetadataJson = inner.MetadataJson ?? MetadataJson, Results = inner.Results ?? Results, IdempotencyKey = null };
    }

    private static Problem? CheckMembers(Frame frame)
    {
        foreach (string name in frame.Names)
        {
            if (Array.IndexOf(s_members, name) < 0)
            {
                return QueueProblems.Bad(Short.Of(name), $"The member '{Short.Of(name)}' is unknown. A message has {string.Join(", ", s_members)}.", Short.Of(name));
            }

            if (name is "body" or "metadata" ? frame.Token(name) is not (JsonTokenType.StartObject or JsonTokenType.Null) : !IsWord(frame, name))
            {
                return QueueProblems.Bad(name, $"{name} must be {(name is "body" or "metadata" ? "an object" : "a string")}.");
            }
        }

        return frame.Word("custom_id") is { Length: 0 or > RunLine.MaxCustomId } customId
            ? QueueProblems.Bad("custom_id", $"custom_id has {customId.Length} characters; it may have 1 to {RunLine.MaxCustomId}.")
            : frame.Word("idempotency_key") is { Length: 0 or > MaxKey } key
                ? QueueProblems.Bad("idempotency_key", $"idempotency_key has {key.Length} characters; it may have 1 to {MaxKey}.")
                : null;
    }

    private static Problem? CheckRequest(Frame frame)
    {
        string? endpoint = frame.Word("endpoint");
        string? url = frame.Word("url");
        string? path = endpoint ?? url;
        return endpoint is not null && url is not null && endpoint != url ? QueueProblems.Bad("url", "endpoint and url say different things; leave one out.")
            : path is null || InferencePath.Known(path) is null
                ? QueueProblems.Bad("endpoint", $"endpoint must be one of {string.Join(", ", InferencePath.All)}{(path is null ? ", and there is none" : $", not '{Short.Of(path)}'")}.", path is null ? null : Short.Of(path))
            : frame.Word("method") is { } method && method != "POST" ? QueueProblems.Bad("method", $"method must be \"POST\", not '{Short.Of(method)}'.", Short.Of(method))
            : frame.Token("body") != JsonTokenType.StartObject ? QueueProblems.Bad("body", "body is missing.")
            : null;
    }

    private static Problem? CheckObject(Frame frame) =>
        Array.Find(s_ofRequests, name => frame.Token(name) is not (JsonTokenType.None or JsonTokenType.Null)) is { } stray
            ? QueueProblems.Bad(stray, $"{stray} stands beside object; it belongs into the object.")
            : null;

    // Amounts are written as numbers too.
    private static bool IsWord(Frame frame, string name) =>
        frame.Token(name) is JsonTokenType.String or JsonTokenType.Null || (name == "max_cost" && frame.Token(name) == JsonTokenType.Number);

    private static HeaderDictionary SignalsOf(Frame frame, ReadOnlyMemory<byte> text)
    {
        var headers = new HeaderDictionary();
        foreach ((string member, string header) in s_signals)
        {
            string? said = frame.Token(member) == JsonTokenType.Number ? System.Text.Encoding.UTF8.GetString(Slice(text, frame.Range(member)).Span) : frame.Word(member);
            if (said is not null)
            {
                headers[header] = said;
            }
        }

        return headers;
    }

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> text, ByteRange range) => text.Slice(range.Start, range.Length);
}
