using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Chat;

/// <summary>The answer to a chat completion, as one object or as chunks.</summary>
internal sealed class ChatAnswer : Answer
{
    public const string Fingerprint = "fp_sandbox";

    private ChatAnswer(ChatRequest request, IReadOnlyList<Turn> choices, TokenUsage prompt, AnswerDialect dialect)
        : base(request.Model, request.ModelName, request.Turn.Digest, prompt with
        {
            Output = choices.Sum(choice => (long)choice.Tokens),
            Reasoning = choices.Sum(choice => (long)choice.ThinkingTokens),
        })
    {
        Request = request;
        Choices = choices;
        Dialect = dialect;
    }

    public ChatRequest Request { get; }

    public IReadOnlyList<Turn> Choices { get; }

    public AnswerDialect Dialect { get; }

    public override bool Streams => Request.Stream;

    public override string StreamEnd => "data: [DONE]\n\n";

    public static (Answer? Answer, ApiError? Error) To(JsonElement body, AnswerContext context)
    {
        var (request, error) = ChatRequest.Read(body, context);
        if (request is null)
        {
            return (null, error);
        }

        var (tier, badTier) = context.TierOf(body, request.Model);
        return badTier is not null
            ? (null, badTier)
            : (new ChatAnswer(
                request,
                [.. Enumerable.Range(0, request.Choices).Select(index => Turn.Generate(request.Turn, index, context.Seed))],
                ImplicitCache.Use(context.Cache, request.Model, request.Prompt),
                context.Dialect)
            { Tier = tier }, null);
    }

    public override IEnumerable<ServerEvent> Events(IdSource ids, long created) => new ChatChunks(this, ids.Next("chatcmpl-"), created).Events();

    public override void WriteTo(Utf8JsonWriter json, IdSource ids, long created)
    {
        json.WriteStartObject();
        json.WriteString("id", ids.Next("chatcmpl-"));
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", created);
        json.WriteString("model", ModelName);
        json.WriteStartArray("choices");
        for (var index = 0; index < Choices.Count; index++)
        {
            json.WriteStartObject();
            json.WriteNumber("index", index);
            json.WritePropertyName("message");
            Dialect.WriteMessage(json, Choices[index]);
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", FinishReason(Choices[index]));
            Dialect.WriteChoice(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("usage");
        Dialect.WriteUsage(json, Usage);
        Dialect.WriteTop(json, Tier, inChunk: false);
        json.WriteEndObject();
    }

    public static string FinishReason(Turn choice) => choice.Stop switch
    {
        TurnStop.Length => "length",
        TurnStop.ToolCalls => "tool_calls",
        _ => "stop",
    };

    public static void WriteUsage(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject();
        json.WriteNumber("prompt_tokens", usage.Input);
        json.WriteNumber("completion_tokens", usage.Output);
        json.WriteNumber("total_tokens", usage.Input + usage.Output);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", usage.Cached);
        json.WriteNumber("audio_tokens", 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", usage.Reasoning);
        json.WriteNumber("audio_tokens", 0);
        json.WriteNumber("accepted_prediction_tokens", 0);
        json.WriteNumber("rejected_prediction_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
