namespace Leeway.Adapters.Wire;

/// <summary>Whose way of counting tokens.</summary>
internal enum UsageForm
{
    /// <summary>Chat Completions, Completions, Responses, Embeddings: input includes the cache, output includes reasoning.</summary>
    OpenAI,

    /// <summary>Messages: input leaves out what was read from and written to the cache.</summary>
    Anthropic,

    /// <summary>generateContent: the prompt includes the cache; thoughts are beside the candidates, prompts of tools beside the prompt.</summary>
    Gemini,

    /// <summary>Bedrock's Converse: input leaves out the cache.</summary>
    Converse,
}
