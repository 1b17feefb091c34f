namespace Leeway.Sandbox.Models;

internal enum ModelUse
{
    Chat,
    Embeddings,
}

/// <summary>A model the sandbox serves, with its real-time and batch prices.</summary>
internal sealed record SandboxModel(string Id, ModelUse Use, TokenPrice RealTime, TokenPrice Batch)
{
    public static SandboxModel Chat(string id, decimal input, decimal cached, decimal output)
    {
        var price = new TokenPrice(input, cached, output);
        return new SandboxModel(id, ModelUse.Chat, price, price.Half);
    }

    public static SandboxModel Embedding(string id, decimal input)
    {
        var price = new TokenPrice(input, input, 0);
        return new SandboxModel(id, ModelUse.Embeddings, price, price.Half);
    }
}
