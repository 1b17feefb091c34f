namespace Leeway;

/// <summary>Prices of deployments.</summary>
public static class PriceCatalogExtensions
{
    /// <summary>
    /// The price for <paramref name="deployment"/> at an instant: the configured one, else the catalogue's, else null; in off-peak hours what
    /// holds in them.
    /// </summary>
    public static ModelPrice? PriceOf(this IPriceCatalog catalog, Deployment deployment, DateTimeOffset at) => catalog.DatedPriceOf(deployment, at)?.At(at);

    /// <summary>The same whatever the hour of the day: the price at ordinary hours, with what it says of the others.</summary>
    public static ModelPrice? DatedPriceOf(this IPriceCatalog catalog, Deployment deployment, DateTimeOffset at) =>
        deployment.Price
        ?? (deployment.PriceName is { } name ? catalog.Find(name, name.Length - deployment.Model.Length, at) : catalog.Find(deployment.Model, at));
}
