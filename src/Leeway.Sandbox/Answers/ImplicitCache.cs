using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.Answers;

/// <summary>OpenAI's prompt cache: it asks nobody, keeps long prefixes some minutes, charges no write and counts reads in steps.</summary>
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
}
