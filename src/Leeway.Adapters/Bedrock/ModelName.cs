namespace Leeway.Adapters.Bedrock;

/// <summary>What a model's name at Bedrock tells: <c>anthropic.claude-…</c>, an inference profile <c>us.anthropic.claude-…</c>, or an ARN that ends in one.</summary>
internal static class ModelName
{
    /// <summary>Whether it is Claude, whose own dialect is spoken there too. A profile with a name of one's own does not tell, and Converse does for all.</summary>
    public static bool IsClaude(string model) => Is(model, "anthropic.claude");

    public static bool IsTitanEmbedding(string model) => Is(model, "amazon.titan-embed-text");

    public static bool IsCohereEmbedding(string model) => Is(model, "cohere.embed");

    private static bool Is(string model, string family)
    {
        int at = model.IndexOf(family, StringComparison.Ordinal);
        return at == 0 || (at > 0 && model[at - 1] is '.' or '/');
    }
}
