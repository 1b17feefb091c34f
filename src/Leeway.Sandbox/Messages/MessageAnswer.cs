using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Messages;

/// <summary>The answer to a Messages body, as one message or as its events.</summary>
internal sealed class MessageAnswer : Answer
{
    private readonly bool _stream;
    private readonly string _tier;

    private MessageAnswer(MessageRequest request, Turn turn, TokenUsage prompt, bool inBatch)
        : base(request.Model, request.ModelName, request.Turn.Digest, prompt with { Output = turn.Tokens, Reasoning = turn.ThinkingTokens })
    {
        Turn = turn;
        _stream = request.Stream;
        _tier = inBatch ? "batch" : "standard";
    }

    public Turn Turn { get; }

    public override bool Streams => _stream;

    /// <summary>What proves to the vendor that a thought is its own.</summary>
    public string Signature => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("sandbox-" + SandboxLedger.DigestText(Digest)));

    public string StopReason => Turn.Stop switch
    {
        TurnStop.Length => "max_tokens",
        TurnStop.Sequence => "stop_sequence",
        TurnStop.ToolCalls => "tool_use",
        _ => "end_turn",
    };

    public static (Answer? Answer, ApiError? Error) To(JsonElement body, AnswerContext context)
    {
        var (request, error) = MessageRequest.Read(body, context.Version, hosted: context.Hosted);
        if (request is null)
        {
            return (null, error);
        }

        var turn = Turn.Generate(request.Turn, 0, context.Seed);
        var prompt = context.Cache?.Use(request.Model.Id, request.Prompt) ?? new TokenUsage(request.Prompt.Sum(piece => (long)piece.Tokens), 0, 0);
        return (new MessageAnswer(request, turn, prompt, context.InBatch), null);
    }

    public override IEnumerable<ServerEvent> Events(IdSource ids, long created) => new MessageEvents(this, ids.Next("msg_")).All();

    public override ServerEvent StreamError(int sent) => new("error", json => AnthropicVendor.Write(json, new ApiError(529, "Overloaded"), null));

    public override void WriteTo(Utf8JsonWriter json, IdSource ids, long created)
    {
        WriteHead(json, ids.Next("msg_"));
        json.WriteStartArray("content");
        if (Turn.Thinking is { } thinking)
        {
            json.WriteStartObject();
            json.WriteString("type", "thinking");
            json.WriteString("thinking", thinking);
            json.WriteString("signature", Signature);
            json.WriteEndObject();
        }

        if (Turn.Text.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", Turn.Text);
            json.WriteEndObject();
        }

        foreach (var call in Turn.Calls)
        {
            json.WriteStartObject();
            json.WriteString("type", "tool_use");
            json.WriteString("id", call.Id);
            json.WriteString("name", call.Name);
            json.WritePropertyName("input");
            json.WriteRawValue(call.Input);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("stop_reason", StopReason);
        json.WriteString("stop_sequence", Turn.StopSequence);
        WriteUsage(json, Usage.Output);
        json.WriteEndObject();
    }

    /// <summary>Opens the message and writes what is known before its content.</summary>
    public void WriteHead(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", ModelName);
    }

    /// <summary>Input tokens here leave out what was read from or written to the cache.</summary>
    public void WriteUsage(Utf8JsonWriter json, long output)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", Usage.Input - Usage.Cached - Usage.Written5m - Usage.Written1h);
        json.WriteNumber("cache_creation_input_tokens", Usage.Written5m + Usage.Written1h);
        json.WriteNumber("cache_read_input_tokens", Usage.Cached);
        json.WriteStartObject("cache_creation");
        json.WriteNumber("ephemeral_5m_input_tokens", Usage.Written5m);
        json.WriteNumber("ephemeral_1h_input_tokens", Usage.Written1h);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", output);
        json.WriteString("service_tier", _tier);
        json.WriteEndObject();
    }
}
