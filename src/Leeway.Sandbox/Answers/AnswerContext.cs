using System.Text.Json;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Responses;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Answers;

/// <summary>What an answer depends on besides its body.</summary>
/// <param name="Cache">Null leaves the prompt cache alone, for a body that is only measured.</param>
/// <param name="Responses">Where an earlier response is looked up.</param>
internal sealed record AnswerContext(int Seed, PromptCache? Cache, ResponseStore Responses, bool InBatch = false)
{
    /// <summary>Of Anthropic's API, as the caller's header names it.</summary>
    public string? Version { get; init; }

    /// <summary>Whose way of OpenAI's shapes.</summary>
    public AnswerDialect Dialect { get; init; } = OpenAIDialect.Instance;

    /// <summary>The model as the path names it, in place of the body's.</summary>
    public string? Deployment { get; init; }

    /// <summary>The model that serves whatever a body names, as behind an endpoint or a function; null finds it by name.</summary>
    public SandboxModel? Hosted { get; init; }

    /// <summary>The tier a body of OpenAI's is served in; a batch has none.</summary>
    public (ServiceTier Tier, ApiError? Error) TierOf(JsonElement body, SandboxModel model) =>
        InBatch ? (ServiceTier.Default, null) : Dialect.TierOf(body, model);
}
