using Leeway.Economics;
using Leeway.Gateway.Hosting;

namespace Leeway.Cli.Runs;

/// <summary>Prices as this machine knows them: the built-in catalogue, with what the local configuration changes.</summary>
internal sealed class KnownPrices(LeewayConfig? config, DateTimeOffset now)
{
    private readonly PriceCatalog _catalog = config is null ? PriceCatalog.BuiltIn : PriceFile.Load(config.Prices);

    public ModelPrice? Find(string model)
    {
        if (config?.Models.GetValueOrDefault(model) is not { } configured)
        {
            return _catalog.Find(model, now);
        }

        DeploymentConfig deployment = configured.Deployments[0];
        ModelPrice? listed = _catalog.Find(deployment.Model, now);
        return (deployment.Price ?? configured.Price) is { } price ? ConfiguredPrice.From(price, deployment.Model, now, listed) : listed;
    }
}
