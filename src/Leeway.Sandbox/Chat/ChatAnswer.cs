using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Chat;

/// <summary>The answer to a chat completion, as one object or as chunks.</summary>
internal sealed class ChatAnswer : Answer
{
    public const string Fingerprint = "fp_sandbox";

    private ChatAnswer(ChatRequest request, IReadOnlyList<Turn> choices, TokenUsage prompt)
        : base(request.Model, request.ModelName, request.Turn.Digest, prompt with
        {
            Output = choices.Sum(choice => (long)choice.Tokens),
            Reasoning = choices.Sum(choice => (long)choice.ThinkingTokens),
        })
    {
        Request = request;
        Choices = choices;
    }

    public ChatRequest Request { get; }

    public IReadOnlyList<Turn> Choices { get; }

    public override bool Streams => Request.Stream;

    public override string StreamEnd => "data: [DONE]\n\n";

    public static (Answer? Answer, ApiError? Error) To(JsonElement body, AnswerContext context)
    {
        var (request, error) = ChatRequest.Read(body);
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
                ImplicitCache.Use(context.Cache, request.Model, request.Prompt))
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
            WriteMessage(json, Choices[index]);
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", FinishReason(Choices[index]));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("usage");
        WriteUsage(json, Usage);
        json.WriteString("service_tier", ServiceTiers.NameOf(Tier));
        json.WriteString("system_fingerprint", Fingerprint);
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

    private static void WriteMessage(Utf8JsonWriter json, Turn choice)
    {
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", choice.Calls.Count > 0 ? null : choice.Text);
        if (choice.Calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            foreach (var call in choice.Calls)
            {
                json.WriteStartObject();
                json.WriteString("id", call.Id);
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", call.Name);
                json.WriteString("arguments", call.Input);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteNull("refusal");
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
