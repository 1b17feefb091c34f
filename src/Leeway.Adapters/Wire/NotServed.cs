namespace Leeway.Adapters.Wire;

/// <summary>An endpoint that a deployment does not serve, neither itself nor by translation.</summary>
internal static class NotServed
{
    public static FieldProblem Problem(Deployment deployment, string endpoint) => new(
        null, $"Deployment '{deployment.Id}' does not serve {endpoint}.", "Ask for a model that a deployment of another kind answers.", 0, 0);
}
