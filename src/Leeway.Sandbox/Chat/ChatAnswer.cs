using System.Text.Json;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Chat;

/// <summary>The answer to a chat completion, as one object.</summary>
internal sealed class ChatAnswer : Answer
{
    public const string Fingerprint = "fp_sandbox";

    public ChatAnswer(ChatRequest request, int seed)
        : this(request, [.. Enumerable.Range(0, request.Choices).Select(index => ChatChoice.Generate(request.Digest, index, request.MaxTokens, seed))])
    {
    }

    private ChatAnswer(ChatRequest request, IReadOnlyList<ChatChoice> choices)
        : base(request.Model, request.ModelName, request.Digest, new TokenUsage(request.PromptTokens, 0, choices.Sum(choice => (long)choice.Tokens)))
    {
        Request = request;
        Choices = choices;
    }

    public ChatRequest Request { get; }

    public IReadOnlyList<ChatChoice> Choices { get; }

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
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            json.WriteString("content", Choices[index].Text);
            json.WriteNull("refusal");
            json.WriteStartArray("annotations");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", Choices[index].FinishReason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("usage");
        WriteUsage(json, Usage);
        json.WriteString("service_tier", "default");
        json.WriteString("system_fingerprint", Fingerprint);
        json.WriteEndObject();
    }

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
        json.WriteNumber("reasoning_tokens", 0);
        json.WriteNumber("audio_tokens", 0);
        json.WriteNumber("accepted_prediction_tokens", 0);
        json.WriteNumber("rejected_prediction_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
