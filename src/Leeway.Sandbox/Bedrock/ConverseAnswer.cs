using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>The answer to a Converse body, whole or as events; also to a body of Nova's own, which is nearly the same.</summary>
internal sealed class ConverseAnswer : Answer
{
    private readonly bool _isNative;

    private ConverseAnswer(ConverseRequest request, Turn turn, TokenUsage prompt, bool isNative)
        : base(request.Model.Model, request.Model.Name, request.Turn.Digest, prompt with { Output = turn.Tokens, Reasoning = turn.ThinkingTokens })
    {
        Turn = turn;
        _isNative = isNative;
        Tier = request.Tier;
    }

    public Turn Turn { get; }

    /// <summary>As <c>metrics</c> tell it.</summary>
    public long LatencyMs { get; set; }

    /// <summary>What proves to the vendor that a thought is its own.</summary>
    public string Signature => Convert.ToBase64String(Encoding.UTF8.GetBytes("sandbox-" + SandboxLedger.DigestText(Digest)));

    public string StopReason => Turn.Stop switch
    {
        TurnStop.Length => "max_tokens",
        TurnStop.Sequence => "stop_sequence",
        TurnStop.ToolCalls => "tool_use",
        _ => "end_turn",
    };

    /// <param name="isNative">True for a body of InvokeModel in Nova's shape, whose answer has neither metrics nor a tier.</param>
    public static (Answer? Answer, ApiError? Error) To(JsonElement body, BedrockModel model, AnswerContext context, bool isNative = false)
    {
        var (request, error) = ConverseRequest.Read(body, model);
        if (request is null)
        {
            return (null, error);
        }

        var turn = Turn.Generate(request.Turn, 0, context.Seed);
        var prompt = model.Caches && context.Cache is { } cache
            ? cache.Use(model.Model.Id, request.Prompt)
            : new TokenUsage(request.Prompt.Sum(piece => (long)piece.Tokens), 0, 0);
        return (new ConverseAnswer(request, turn, prompt, isNative), null);
    }

    public override IEnumerable<ServerEvent> Events(IdSource ids, long created) => new ConverseEvents(this).All();

    public override void WriteTo(Utf8JsonWriter json, IdSource ids, long created)
    {
        json.WriteStartObject();
        json.WriteStartObject("output");
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteStartArray("content");
        WriteContent(json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("stopReason", StopReason);
        WriteTail(json);
        json.WriteEndObject();
    }

    /// <summary>What a whole answer and a stream's last event both end with.</summary>
    public void WriteTail(Utf8JsonWriter json)
    {
        WriteUsage(json);
        if (_isNative)
        {
            return;
        }

        json.WriteStartObject("metrics");
        json.WriteNumber("latencyMs", LatencyMs);
        json.WriteEndObject();
        json.WriteStartObject("serviceTier");
        json.WriteString("type", BedrockTier.NameOf(Tier));
        json.WriteEndObject();
    }

    private void WriteContent(Utf8JsonWriter json)
    {
        if (Turn.Thinking is { } thinking)
        {
            json.WriteStartObject();
            json.WriteStartObject("reasoningContent");
            json.WriteStartObject("reasoningText");
            json.WriteString("text", thinking);
            json.WriteString("signature", Signature);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (Turn.Text.Length > 0 || Turn.Calls.Count == 0)
        {
            json.WriteStartObject();
            json.WriteString("text", Turn.Text);
            json.WriteEndObject();
        }

        foreach (var call in Turn.Calls)
        {
            json.WriteStartObject();
            json.WriteStartObject("toolUse");
            json.WriteString("toolUseId", call.Id);
            json.WriteString("name", call.Name);
            json.WritePropertyName("input");
            json.WriteRawValue(call.Input);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    /// <summary>Input tokens leave out what was read from or written to the cache; the total has all.</summary>
    private void WriteUsage(Utf8JsonWriter json)
    {
        var written = Usage.Written5m + Usage.Written1h;
        json.WriteStartObject("usage");
        json.WriteNumber("inputTokens", Usage.Input - Usage.Cached - written);
        json.WriteNumber("outputTokens", Usage.Output);
        json.WriteNumber("totalTokens", Usage.Input + Usage.Output);
        json.WriteNumber(_isNative ? "cacheReadInputTokenCount" : "cacheReadInputTokens", Usage.Cached);
        json.WriteNumber(_isNative ? "cacheWriteInputTokenCount" : "cacheWriteInputTokens", written);
        if (!_isNative && written > 0)
        {
            json.WriteStartArray("cacheDetails");
            WriteDetail(json, "5m", Usage.Written5m);
            WriteDetail(json, "1h", Usage.Written1h);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteDetail(Utf8JsonWriter json, string ttl, long tokens)
    {
        if (tokens > 0)
        {
            json.WriteStartObject();
            json.WriteString("ttl", ttl);
            json.WriteNumber("inputTokens", tokens);
            json.WriteEndObject();
        }
    }
}
