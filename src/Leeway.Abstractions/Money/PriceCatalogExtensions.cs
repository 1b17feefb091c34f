namespace Leeway;

/// <summary>Prices of deployments.</summary>
public static class PriceCatalogExtensions
{
    /// <summary>The price for <paramref name="deployment"/> at an instant: the configured one, else the catalogue's, else null.</summary>
    public static ModelPrice? PriceOf(this IPriceCatalog catalog, Deployment deployment, DateTimeOffset at) =>
        deployment.Price
        ?? (deployment.PriceName is { } name ? catalog.Find(name, name.Length - deployment.Model.Length, at) : catalog.Find(deployment.Model, at));
}
