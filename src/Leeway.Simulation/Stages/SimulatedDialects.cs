using Leeway.Results;

namespace Leeway.Simulation.Stages;

/// <summary>Ends without a body: nobody reads them.</summary>
internal sealed class SimulatedDialects : IDialects
{
    public RequestResult Failed(string endpoint, ProviderError error) => new(error.StatusCode ?? 502, default, "provider_error");

    public RequestResult Expired(string endpoint, DateTimeOffset deadline) => new(504, default, "deadline_passed");

    public RequestResult Cancelled(string endpoint) => new(499, default, "cancelled");

    public RequestResult NoRoute(string endpoint, string model) => new(404, default, "model_not_found");

    public RequestResult BodyMissing(string endpoint) => new(500, default, "body_missing");
}
