using Leeway.Adapters.Wire;
using Leeway.Classification;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Gathers what a request says about its waiting, from headers, path, model name and body.</summary>
internal static class Signals
{
    public static RequestSignals Gather(IHeaderDictionary headers, string? by, string? suffix, in OpenAIBodyScan scan) => new()
    {
        DeadlineHeader = One(headers, "Leeway-Deadline"),
        OffpeakDeadlineHeader = One(headers, "Offpeak-Deadline"),
        PriorityHeader = One(headers, "Leeway-Priority"),
        PathValue = by,
        ModelSuffix = suffix,
        MetadataDeadline = scan.LeewayDeadline,
        MetadataPriority = scan.LeewayPriority,
        ServiceTier = scan.ServiceTier,
        Background = scan.Background,
        LaneHeader = One(headers, "Leeway-Lane"),
        MaxCostHeader = One(headers, "Leeway-Max-Cost"),
    };

    private static string? One(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? values.ToString() : null;
}
