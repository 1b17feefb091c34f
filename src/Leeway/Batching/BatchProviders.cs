namespace Leeway.Batching;

/// <summary>The batch APIs by kind.</summary>
public sealed class BatchProviders(IEnumerable<IBatchProvider> providers)
{
    private readonly Dictionary<string, IBatchProvider> _providers = providers.ToDictionary(provider => provider.Kind);

    /// <summary>The batch API of a deployment that has one.</summary>
    public IBatchProvider For(Deployment deployment) => _providers[deployment.Kind];
}
