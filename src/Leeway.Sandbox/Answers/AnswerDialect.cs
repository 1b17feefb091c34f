using System.Text.Json;
using Leeway.Sandbox.Chat;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Answers;

/// <summary>A way to answer in OpenAI's shapes, by itself OpenAI's own; an API that copies them overrides what it does otherwise: which models it knows, what it adds to a completion.</summary>
internal abstract class AnswerDialect
{
    /// <summary>The model a body's <c>model</c> means, or null.</summary>
    public virtual SandboxModel? Find(string name) => ModelCatalog.Find(name, SandboxKind.OpenAI);

    public virtual ApiError UnknownModel(string name) => ApiError.UnknownModel(name);

    /// <summary>What the answer calls the model.</summary>
    public virtual string NameTold(string asked, SandboxModel model) => asked;

    /// <summary>The tier a body is served in.</summary>
    public virtual (ServiceTier Tier, ApiError? Error) TierOf(JsonElement body, SandboxModel model) => ServiceTiers.Read(body, model);

    /// <summary>Why a chat body that is well-formed is not answered, or null.</summary>
    public virtual ApiError? RefuseChat(JsonElement body) => null;

    /// <summary>Fields of a whole chat completion, or of each of its chunks.</summary>
    public virtual void WriteTop(Utf8JsonWriter json, ServiceTier tier, bool inChunk)
    {
        json.WriteString("service_tier", ServiceTiers.NameOf(tier));
        json.WriteString("system_fingerprint", ChatAnswer.Fingerprint);
    }

    /// <summary>Fields of a choice after its message or its delta.</summary>
    public virtual void WriteChoice(Utf8JsonWriter json)
    {
    }

    /// <summary>The message of a choice, an object.</summary>
    public virtual void WriteMessage(Utf8JsonWriter json, Turn choice) => ChatMessage.Write(json, choice);

    public virtual void WriteUsage(Utf8JsonWriter json, TokenUsage usage) => ChatAnswer.WriteUsage(json, usage);

    /// <summary>Writes a chunk before the first of a stream; null sends none.</summary>
    public virtual Action<Utf8JsonWriter>? FirstChunk => null;

    /// <summary>Pads chunks unless the body says no.</summary>
    public virtual bool Obfuscates => true;

    /// <summary>The thoughts are told, in <c>reasoning</c> of message and delta.</summary>
    public virtual bool TellsThoughts => false;
}
