namespace Leeway.Routing;

/// <summary>The deployments that may serve a model, best first; fallbacks of other models come after.</summary>
/// <param name="Model">The name the client asked for.</param>
/// <param name="Deployments">At least one.</param>
public sealed record Route(string Model, IReadOnlyList<Deployment> Deployments)
{
    /// <summary>The first choice.</summary>
    public Deployment Primary => Deployments[0];

    /// <summary>The route without other providers' deployments; null when none is left.</summary>
    public Route? At(string provider) =>
        Deployments.All(deployment => deployment.Provider == provider) ? this
        : Deployments.Any(deployment => deployment.Provider == provider) ? this with { Deployments = [.. Deployments.Where(deployment => deployment.Provider == provider)] }
        : null;
}
