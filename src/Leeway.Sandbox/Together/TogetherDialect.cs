using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Chat;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Together;

/// <summary>Together's way of a chat completion: thoughts are told, calls are a list even when there are none, the usage is flat.</summary>
internal sealed class TogetherDialect : AnswerDialect
{
    public override SandboxModel? Find(string name) => ModelCatalog.Find(name, SandboxKind.Together);

    public override ApiError UnknownModel(string name) =>
        new(404, $"Unable to access model {name}. Please visit the list of models for one that is served.", Code: "model_not_available");

    /// <summary>There are none.</summary>
    public override (ServiceTier Tier, ApiError? Error) TierOf(JsonElement body, SandboxModel model) => (ServiceTier.Default, null);

    public override bool Obfuscates => false;

    public override bool TellsThoughts => true;

    public override void WriteTop(Utf8JsonWriter json, ServiceTier tier, bool inChunk)
    {
        if (!inChunk)
        {
            json.WriteStartArray("prompt");
            json.WriteEndArray();
        }
    }

    public override void WriteMessage(Utf8JsonWriter json, Turn choice)
    {
        json.WriteStartObject();
        json.WriteString("role", "assistant");
        json.WriteString("content", choice.Calls.Count > 0 ? null : choice.Text);
        json.WriteStartArray("tool_calls");
        ChatMessage.WriteCalls(json, choice);
        json.WriteEndArray();
        if (choice.Thinking is not null)
        {
            json.WriteString("reasoning", choice.Thinking);
        }

        json.WriteEndObject();
    }

    public override void WriteUsage(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject();
        json.WriteNumber("prompt_tokens", usage.Input);
        json.WriteNumber("completion_tokens", usage.Output);
        json.WriteNumber("total_tokens", usage.Input + usage.Output);
        json.WriteNumber("cached_tokens", 0);
        if (usage.Reasoning > 0)
        {
            json.WriteNumber("reasoning_tokens", usage.Reasoning);
        }

        json.WriteEndObject();
    }
}
