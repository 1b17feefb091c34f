using System.Collections.Frozen;
using Leeway.Adapters.Bedrock.Converse;
using Leeway.Adapters.Bedrock.Embeddings;
using Leeway.Adapters.Translation;

namespace Leeway.Adapters.Bedrock;

/// <summary>
/// How clients' endpoints reach one model. A Claude model is spoken to in its own dialect, by InvokeModel; every other model in Converse,
/// and models of embeddings in their own bodies.
/// </summary>
internal sealed class Ways
{
    public Ways(Deployment deployment)
    {
        string model = deployment.Model;
        IsClaude = ModelName.IsClaude(model);
        Translator? embeddings = ModelName.IsTitanEmbedding(model) ? new TitanEmbeddings(model) : ModelName.IsCohereEmbedding(model) ? new CohereEmbeddings(model) : null;
        IsConverse = !IsClaude && embeddings is null;
        Translators = IsClaude ? new Translators(Serving([Endpoints.Messages], [Endpoints.Chat, Endpoints.Responses]), compatible: false)
            : embeddings is not null ? new Translators(Serving([Operation.Invoke], [Endpoints.Embeddings]), compatible: false, embeddings)
            : Translators.ByChat(Serving([Operation.Converse], [Endpoints.Chat, Endpoints.Responses, Endpoints.Messages]), new ChatOverConverse(model));
    }

    /// <summary>The ways that need translation.</summary>
    public Translators Translators { get; }

    /// <summary>Whether requests go to Converse, and else to the model's own body.</summary>
    public bool IsConverse { get; }

    /// <summary>Whether the model's own body is Anthropic's.</summary>
    public bool IsClaude { get; }

    private static ProviderCapabilities Serving(FrozenSet<string> native, FrozenSet<string> translated) => new() { Endpoints = native, TranslatedEndpoints = translated };
}
