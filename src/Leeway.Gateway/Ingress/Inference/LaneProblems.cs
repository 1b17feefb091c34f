using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Why a lane, a deadline or a price cannot be honoured, with the numbers and the alternatives.</summary>
internal static class LaneProblems
{
    public static Problem NotBuilt(Lane lane) => new()
    {
        Code = "lane_unavailable",
        Message = $"This gateway has no lane '{Json.Name(lane)}'.",
        Field = "Leeway-Lane",
        Value = Json.Name(lane),
        Remedy = "Use realtime or batch, or leave the header out.",
    };

    public static Problem NoBatch(Deployment deployment, string endpoint) => new()
    {
        Code = "lane_unavailable",
        Message = $"Deployment '{deployment.Id}' has no batch lane for {endpoint}.",
        Field = "Leeway-Lane",
        Value = "batch",
        Remedy = $"Leave the header out, or set providers.{deployment.Provider}.batch.enabled if its server has a batch API.",
    };

    public static Problem NoFlex(Deployment deployment, string why) => new()
    {
        Code = "lane_unavailable",
        Message = $"Deployment '{deployment.Id}' has no flex lane: {why}.",
        Field = "Leeway-Lane",
        Value = "flex",
        Remedy = "Use realtime or batch, or leave the header out.",
    };

    public static Problem PinNeedsDeadline(Lane lane) => new()
    {
        Code = "conflicting_signals",
        Message = $"Leeway-Lane: {Json.Name(lane)} asks for a lane that takes {(lane == Lane.Flex ? "minutes" : "minutes to hours")}, but nothing says that the request may wait.",
        Field = "Leeway-Lane",
        Value = Json.Name(lane),
        Remedy = "Add Leeway-Deadline, e.g. 6h, or leave Leeway-Lane out.",
    };

    public static Problem TooExpensive(decimal max, decimal cost, Lane lane) => new()
    {
        Code = "max_cost_exceeded",
        Message = $"About ${Json.Money(Math.Round(cost, 6))} in the {(lane == Lane.RealTime ? "real-time" : Json.Name(lane))} lane is more than Leeway-Max-Cost {Json.Money(max)}.",
        Field = "Leeway-Max-Cost",
        Value = Json.Money(max),
        Remedy = lane != Lane.RealTime ? "Raise it or shorten the request; nothing was queued." : "Give it a later deadline, raise the limit or shorten the request; nothing was queued.",
    };
}
