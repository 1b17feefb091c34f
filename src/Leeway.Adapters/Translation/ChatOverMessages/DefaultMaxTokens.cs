namespace Leeway.Adapters.Translation.ChatOverMessages;

/// <summary>The limit of output tokens for a client that sets none: OpenAI then allows as much as the model gives, Anthropic wants a number.</summary>
internal static class DefaultMaxTokens
{
    // The vendor's limits: 4,096 for Claude 3, 8,192 for 3.5, 32,000 for Opus 4 and more for every later model; 4,096 is within anybody's.
    public static int Of(string model) => model switch
    {
        _ when model.StartsWith("claude-3-5", StringComparison.Ordinal) || model.StartsWith("claude-3.5", StringComparison.Ordinal) => 8192,
        _ when model.StartsWith("claude-3-7", StringComparison.Ordinal) || model.StartsWith("claude-3.7", StringComparison.Ordinal) => 32_000,
        _ when model.StartsWith("claude-3", StringComparison.Ordinal) || model.StartsWith("claude-2", StringComparison.Ordinal) => 4096,
        _ when model.StartsWith("claude-", StringComparison.Ordinal) => 32_000,
        _ => 4096,
    };
}
