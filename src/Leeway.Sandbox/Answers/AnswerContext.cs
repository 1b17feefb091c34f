using Leeway.Sandbox.Responses;

namespace Leeway.Sandbox.Answers;

/// <summary>What an answer depends on besides its body.</summary>
/// <param name="Cache">Null leaves the prompt cache alone, for a body that is only measured.</param>
/// <param name="Responses">Where an earlier response is looked up.</param>
internal sealed record AnswerContext(int Seed, PromptCache? Cache, ResponseStore Responses, bool InBatch = false)
{
    /// <summary>Of Anthropic's API, as the caller's header names it.</summary>
    public string? Version { get; init; }
}
