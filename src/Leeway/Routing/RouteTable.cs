using System.Collections.Concurrent;

namespace Leeway.Routing;

/// <summary>
/// Finds the deployments of a model. Built from a configuration snapshot and rebuilt when that or the prices are replaced; look-ups of known models
/// cost one dictionary access.
/// </summary>
public sealed class RouteTable(IConfigSource config, IPriceCatalog prices, TimeProvider clock)
{
    private Snapshot _snapshot = new(new LeewayConfig(), 0);

    /// <summary>The route of <paramref name="model"/>, or why there is none.</summary>
    public (Route? Route, RouteProblem? Problem) Resolve(string model)
    {
        Snapshot snapshot = Current();
        if (snapshot.Routes.TryGetValue(model, out Route? route))
        {
            return (route, null);
        }

        (route, RouteProblem? problem) = Build(snapshot.Config, model);
        if (route is not null)
        {
            snapshot.Routes.TryAdd(model, route);
        }

        return (route, problem);
    }

    /// <summary>Whether <paramref name="model"/> has a route; used to tell a name that holds an <c>@</c> from a deadline suffix.</summary>
    public bool IsKnown(string model) => Resolve(model).Route is not null;

    /// <summary>A deployment by its id, for work accepted under an earlier configuration; null when it is gone.</summary>
    public Deployment? FindDeployment(string id)
    {
        Snapshot snapshot = Current();
        return snapshot.Deployments.GetOrAdd(id, static (key, state) => state.self.BuildById(state.config, key), (self: this, config: snapshot.Config));
    }

    /// <summary>Every model name a client may ask for, sorted.</summary>
    public IReadOnlyList<string> Models
    {
        get
        {
            LeewayConfig current = Current().Config;
            return current.Models.Count > 0
                ? [.. current.Models.Keys.Order(StringComparer.Ordinal)]
                : current.Providers.Count > 0 ? prices.Models : [];
        }
    }

    private Snapshot Current()
    {
        LeewayConfig current = config.Current;
        long revision = prices.Revision;
        Snapshot snapshot = _snapshot;
        if (!ReferenceEquals(snapshot.Config, current) || snapshot.Prices != revision)
        {
            _snapshot = snapshot = new Snapshot(current, revision);
        }

        return snapshot;
    }

    /// <summary>A provider's address and credential as a deployment of no model, for calls about what it keeps; null when it is no longer configured.</summary>
    public Deployment? DeploymentAt(string provider) => FindDeployment(provider + "/");

    private (Route?, RouteProblem?) Build(LeewayConfig current, string model)
    {
        if (current.Providers.Count == 0)
        {
            return (null, new RouteProblem(RouteProblemKind.NoProvider, model, null));
        }

        var deployments = new List<Deployment>();
        if (current.Models.Count == 0)
        {
            // Nothing declared: the first provider serves every model whose price is known, unless another one claims its name.
            (string name, ProviderConfig provider) = current.Providers.OrderByDescending(entry => Claims(entry.Value, model)).First();
            deployments.Add(Make(name, provider, model, null, null));
            if (!IsPriced(deployments[0]))
            {
                return (null, new RouteProblem(RouteProblemKind.UnlistedModel, model, NearestName.Find(model, prices.Models)));
            }
        }
        else if (!Collect(current, model, deployments, []))
        {
            return (null, new RouteProblem(RouteProblemKind.UnknownModel, model, NearestName.Find(model, current.Models.Keys)));
        }

        return deployments.Any(IsPriced)
            ? (new Route(model, [.. deployments.Where(IsPriced)]), null)
            : (null, new RouteProblem(RouteProblemKind.UnpricedModel, model, null));
    }

    /// <summary>1 when the provider's kind knows the name, 0 when it takes any name, -1 when it only knows others.</summary>
    private static int Claims(ProviderConfig provider, string model) => provider.Traits.ModelPrefixes switch
    {
        { Count: 0 } => 0,
        var prefixes => prefixes.Any(prefix => model.StartsWith(prefix, StringComparison.Ordinal)) ? 1 : -1,
    };

    private bool Collect(LeewayConfig current, string model, List<Deployment> into, HashSet<string> visited)
    {
        if (!current.Models.TryGetValue(model, out ModelConfig? declared) || !visited.Add(model))
        {
            return false;
        }

        foreach (DeploymentConfig deployment in declared.Deployments)
        {
            into.Add(Make(
                deployment.Provider,
                current.Providers[deployment.Provider],
                deployment.Model.Length > 0 ? deployment.Model : model,
                deployment,
                deployment.Price ?? declared.Price));
        }

        foreach (string fallback in declared.Fallbacks)
        {
            Collect(current, fallback, into, visited);
        }

        return into.Count > 0;
    }

    private Deployment? BuildById(LeewayConfig current, string id)
    {
        int slash = id.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !current.Providers.TryGetValue(id[..slash], out ProviderConfig? provider))
        {
            return null;
        }

        string model = id[(slash + 1)..];

        // A deployment without a model of its own has the name it is declared under.
        (DeploymentConfig? declared, PriceConfig? modelPrice) = current.Models
            .SelectMany(entry => entry.Value.Deployments.Select(deployment => (Name: entry.Key, Deployment: (DeploymentConfig?)deployment, entry.Value.Price)))
            .Where(found => found.Deployment!.Provider == id[..slash] && (found.Deployment.Model.Length > 0 ? found.Deployment.Model : found.Name) == model)
            .Select(found => (found.Deployment, found.Price))
            .FirstOrDefault();
        return Make(id[..slash], provider, model, declared, declared?.Price ?? modelPrice);
    }

    private Deployment Make(string provider, ProviderConfig providerConfig, string model, DeploymentConfig? declared, PriceConfig? price) =>
        DeploymentFactory.Create(provider, providerConfig, model, declared, price, clock.GetUtcNow(), prices);

    private bool IsPriced(Deployment deployment) =>
        prices.PriceOf(deployment, clock.GetUtcNow()) is not null;

    private sealed record Snapshot(LeewayConfig Config, long Prices)
    {
        public ConcurrentDictionary<string, Route> Routes { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, Deployment?> Deployments { get; } = new(StringComparer.Ordinal);
    }
}
