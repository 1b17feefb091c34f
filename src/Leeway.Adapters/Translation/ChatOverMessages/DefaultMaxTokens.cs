namespace Leeway.Adapters.Translation.ChatOverMessages;

/// <summary>The limit of output tokens for a client that sets none: OpenAI then allows as much as the model gives, Anthropic wants a number.</summary>
internal static class DefaultMaxTokens
{
    // The vendor's limits: 4,096 for Claude 3, 8,192 for 3.5, 32,000 for Opus 4 and more for every later model; 4,096 is within anybody's.
    public static int Of(string model) => Family(model) switch
    {
        { } name when name.StartsWith("claude-3-5", StringComparison.Ordinal) || name.StartsWith("claude-3.5", StringComparison.Ordinal) => 8192,
        { } name when name.StartsWith("claude-3-7", StringComparison.Ordinal) || name.StartsWith("claude-3.7", StringComparison.Ordinal) => 32_000,
        { } name when name.StartsWith("claude-3", StringComparison.Ordinal) || name.StartsWith("claude-2", StringComparison.Ordinal)
            || name.StartsWith("claude-v2", StringComparison.Ordinal) || name.StartsWith("claude-instant", StringComparison.Ordinal) => 4096,
        { } name when name.StartsWith("claude-", StringComparison.Ordinal) => 32_000,
        _ => 4096,
    };

    /// <summary>The name without what clouds put in front of it, e.g. <c>us.anthropic.</c>.</summary>
    private static string Family(string model) => model.IndexOf("claude", StringComparison.Ordinal) is > 0 and var at && model[at - 1] is '.' or '/' ? model[at..] : model;
}
