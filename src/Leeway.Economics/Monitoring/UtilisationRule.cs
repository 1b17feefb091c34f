using Leeway.Economics.Decisions;

namespace Leeway.Economics.Monitoring;

/// <summary>An endpoint that is paid by the hour and used less than 60 % of it: deferrable work belongs elsewhere.</summary>
public static class UtilisationRule
{
    /// <summary>The article's bound.</summary>
    public const double Enough = 0.6;

    /// <summary>Endpoints below it.</summary>
    public static IEnumerable<Finding> Check(IEnumerable<EndpointUse> endpoints) =>
        from endpoint in endpoints
        where endpoint.Capacity > 0 && endpoint.Share < Enough
        select new Finding(
            "utilisation", endpoint.Name, endpoint.Share, Enough, MeasureUnit.Share,
            Say.Of($"{endpoint.Share * 100:0.#} % used: {endpoint.Used:#,0} of {endpoint.Capacity:#,0} tokens of output."),
            "Move what can wait to batches or a serverless endpoint, and size this one for the rest; or give it deferred work in its idle hours.");
}
