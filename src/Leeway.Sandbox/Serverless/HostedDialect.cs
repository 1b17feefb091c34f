using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Serverless;

/// <summary>A server of the customer's own: it answers to any name of a model, and no token has a price; the platform charges the time it is up.</summary>
internal sealed class HostedDialect(SandboxKind kind) : AnswerDialect
{
    public override SandboxModel Find(string name) => new(name, kind, ModelUse.Chat, default);

    public override (ServiceTier Tier, ApiError? Error) TierOf(JsonElement body, SandboxModel model) => (ServiceTier.Default, null);

    public override bool Obfuscates => false;

    public override void WriteTop(Utf8JsonWriter json, ServiceTier tier, bool inChunk)
    {
    }
}
