using Leeway.Economics;
using Leeway.Gateway.Prices;

namespace Leeway.Cli.Runs;

/// <summary>Prices as this machine knows them: the built-in catalogue, with what the local configuration changes.</summary>
internal sealed class KnownPrices(LeewayConfig? config, DateTimeOffset now)
{
    private readonly PriceCatalog _catalog = config is null ? PriceCatalog.BuiltIn : CatalogFile.Load(config);

    public ModelPrice? Find(string model)
    {
        if (config?.Models.GetValueOrDefault(model) is not { } configured)
        {
            return _catalog.Find(model, now);
        }

        DeploymentConfig deployment = configured.Deployments[0];
        string prefix = config.Providers.GetValueOrDefault(deployment.Provider)?.Traits.PricePrefix ?? "";
        ModelPrice? listed = _catalog.Find(prefix + deployment.Model, prefix.Length, now);
        return (deployment.Price ?? configured.Price) is { } price ? ConfiguredPrice.From(price, deployment.Model, now, listed) : listed;
    }
}
