namespace Leeway.Sandbox.Answers;

/// <summary>What an answer depends on besides its body.</summary>
/// <param name="Cache">Null leaves the prompt cache alone, for a body that is only measured.</param>
internal sealed record AnswerContext(int Seed, PromptCache? Cache, bool InBatch = false);
