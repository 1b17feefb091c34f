namespace Leeway.Routing;

/// <summary>Leaves deployments out of a route that cannot carry a request, because their API has no way to say some of it.</summary>
public sealed class CarrierFilter(IEnumerable<IProvider> providers)
{
    private readonly Dictionary<string, IProvider> _providers = providers.ToDictionary(provider => provider.Kind);

    /// <summary>
    /// The route with the deployments that carry the request, in order; null, with the first one's problem, when none does. Where every
    /// deployment has the endpoint itself, the body is not looked at and the route is the one given.
    /// </summary>
    public Route? Narrow(Route route, string endpoint, ReadOnlySpan<byte> body, out FieldProblem? problem)
    {
        problem = null;
        IReadOnlyList<Deployment> all = route.Deployments;
        List<Deployment>? carrying = null;
        for (int i = 0; i < all.Count; i++)
        {
            IProvider provider = _providers[all[i].Kind];
            FieldProblem? found = provider.Capabilities.ServingOf(all[i], endpoint) == Serving.Native ? null : provider.FindUncarried(all[i], endpoint, body);
            if (found is null)
            {
                carrying?.Add(all[i]);
                continue;
            }

            problem ??= found;
            carrying ??= [.. all.Take(i)];
        }

        return carrying switch
        {
            null => route,
            [] => null,
            _ => route with { Deployments = carrying },
        };
    }
}
