using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.Answers;

/// <summary>The prompt cache of OpenAI and Google: it asks nobody, keeps long prefixes some minutes and charges no write; OpenAI counts reads in steps.</summary>
internal static class ImplicitCache
{
    /// <summary>Assumed: the provider names five to ten minutes.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromMinutes(5);

    private const int Step = 128;

    public static TokenUsage Use(PromptCache? cache, SandboxModel model, IReadOnlyList<PromptPiece> pieces)
    {
        var total = pieces.Sum(piece => (long)piece.Tokens);
        return cache is null || total < PromptCache.MinTokens
            ? new TokenUsage(total, 0, 0)
            : new TokenUsage(total, cache.Use(model.Id, pieces).Cached / Step * Step, 0);
    }

    /// <summary>Google's: the same, from longer prompts on and not in steps. 2,048 tokens at 2.5 and before, 4,096 at 3.</summary>
    public static TokenUsage UseOfGemini(PromptCache? cache, SandboxModel model, IReadOnlyList<PromptPiece> pieces)
    {
        var total = pieces.Sum(piece => (long)piece.Tokens);
        var least = model.Id.StartsWith("gemini-3", StringComparison.Ordinal) ? 4096 : 2048;
        return cache is null || total < least ? new TokenUsage(total, 0, 0) : new TokenUsage(total, cache.Use(model.Id, pieces).Cached, 0);
    }
}
