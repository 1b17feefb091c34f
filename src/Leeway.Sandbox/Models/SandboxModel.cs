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
    /// <summary>Half of the real-time price, each class of tokens.</summary>
    public TokenPrice Batch { get; } = RealTime.Half;

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

    /// <summary>Anthropic's rule: a cache read costs a tenth of the input price, a write 1.25 times it for 5 minutes and twice it for an hour.</summary>
    public static SandboxModel Claude(string id, decimal input, decimal output) =>
        new(id, SandboxKind.Anthropic, ModelUse.Chat, new TokenPrice(input, input / 10, output, input * 1.25m, input * 2));
}
