namespace Leeway.Batching;

/// <summary>The batch APIs by kind.</summary>
public sealed class BatchProviders(IEnumerable<IBatchProvider> providers, IEnumerable<IProvider> all)
{
    private readonly Dictionary<string, ProviderCapabilities> _capabilities = all.ToDictionary(provider => provider.Kind, provider => provider.Capabilities);
    private readonly Dictionary<string, IBatchProvider> _providers = providers.ToDictionary(provider => provider.Kind);

    /// <summary>The batch API of a deployment that has one.</summary>
    public IBatchProvider For(Deployment deployment) => _providers[deployment.Kind];

    /// <summary>Whether a create whose outcome is unknown may be repeated under the same fingerprint: the vendor makes one job of both.</summary>
    public bool MayRepeatCreate(Deployment deployment) => _capabilities[deployment.Kind].IdempotentCreate;
}
