namespace Leeway.Sandbox.Models;

internal enum ModelUse
{
    Chat,
    Completions,
    Embeddings,
}

/// <summary>A model the sandbox serves, with its real-time and batch prices.</summary>
/// <param name="ServedBy">The vendors whose APIs know its name.</param>
internal sealed record SandboxModel(string Id, SandboxKind ServedBy, ModelUse Use, TokenPrice RealTime)
{
    private const decimal PriorityRate = 1.8m;

    /// <summary>Half of the real-time price, each class of tokens unless said otherwise.</summary>
    public TokenPrice Batch { get; init; } = RealTime.Half;

    /// <summary>Null where the model has no flex tier.</summary>
    public TokenPrice? Flex { get; init; }

    /// <summary>Null where no price of a priority tier is published.</summary>
    public TokenPrice? Priority { get; init; }

    public TokenPrice PriceOf(ServiceTier tier) => tier switch
    {
        ServiceTier.Flex => Flex ?? RealTime,
        ServiceTier.Priority => Priority ?? RealTime,
        _ => RealTime,
    };

    public static SandboxModel Chat(string id, decimal input, decimal cached, decimal output) =>
        new(id, SandboxKind.OpenAI, ModelUse.Chat, new TokenPrice(input, cached, output, input, input));

    /// <summary>The same with a flex tier, at batch prices.</summary>
    public SandboxModel WithFlex() => this with { Flex = RealTime.Half };

    /// <summary>The same with a priority tier; cached input keeps its share of the input price.</summary>
    public SandboxModel WithPriority(decimal input, decimal output) =>
        this with { Priority = new TokenPrice(input, input * RealTime.Cached / RealTime.Input, output, input, input) };

    public static SandboxModel Completion(string id, decimal input, decimal output) =>
        new(id, SandboxKind.OpenAI, ModelUse.Completions, new TokenPrice(input, input, output, input, input));

    public static SandboxModel Embedding(string id, decimal input) =>
        new(id, SandboxKind.OpenAI, ModelUse.Embeddings, new TokenPrice(input, input, 0, input, input));

    /// <summary>Of Bedrock, where Claude's cache writes cost as at Anthropic and others' nothing more than input, assumed.</summary>
    public static SandboxModel Bedrock(string id, decimal input, decimal output, decimal? cached = null) =>
        new(id, SandboxKind.Aws, ModelUse.Chat, id.Contains("anthropic.", StringComparison.Ordinal)
            ? new TokenPrice(input, cached ?? input, output, input * 1.25m, input * 2)
            : new TokenPrice(input, cached ?? input, output, input, input));

    public static SandboxModel BedrockEmbedding(string id, decimal input) =>
        new(id, SandboxKind.Aws, ModelUse.Embeddings, new TokenPrice(input, input, 0, input, input));

    /// <summary>A model behind an endpoint or a function of one's own: paid by the hour or the second, not by tokens.</summary>
    public static SandboxModel Hosted(string id) => new(id, SandboxKind.Aws, ModelUse.Chat, new TokenPrice(0, 0, 0, 0, 0));

    /// <summary>Anthropic's rule: a cache read costs a tenth of the input price, a write 1.25 times it for 5 minutes and twice it for an hour.</summary>
    public static SandboxModel Claude(string id, decimal input, decimal output) =>
        new(id, SandboxKind.Anthropic | SandboxKind.Vertex, ModelUse.Chat, new TokenPrice(input, input / 10, output, input * 1.25m, input * 2));

    /// <summary>Google's rule: what a batch reads from the cache costs what it costs in real time, all else half. Flex halves, priority costs 1.8 times.</summary>
    public static SandboxModel Gemini(string id, decimal input, decimal cached, decimal output)
    {
        var price = new TokenPrice(input, cached, output, input, input);
        return new(id, SandboxKind.Gemini | SandboxKind.Vertex, ModelUse.Chat, price)
        {
            Batch = price.Half with { Cached = cached },
            Flex = price.Half,
            Priority = new TokenPrice(input * PriorityRate, cached * PriorityRate, output * PriorityRate, input * PriorityRate, input * PriorityRate),
        };
    }

    /// <summary>Together's rule: no price for what is cached, and batches at list price but for a few.</summary>
    public static SandboxModel Together(string id, decimal input, decimal output, bool isHalfInBatch = false)
    {
        var price = new TokenPrice(input, input, output, input, input);
        return new(id, SandboxKind.Together, ModelUse.Chat, price) { Batch = isHalfInBatch ? price.Half : price };
    }

    public static SandboxModel TogetherEmbedding(string id, decimal input) =>
        new(id, SandboxKind.Together, ModelUse.Embeddings, new TokenPrice(input, input, 0, input, input));

    public static SandboxModel GeminiEmbedding(string id, decimal input) =>
        new(id, SandboxKind.Gemini, ModelUse.Embeddings, new TokenPrice(input, input, 0, input, input));
}
