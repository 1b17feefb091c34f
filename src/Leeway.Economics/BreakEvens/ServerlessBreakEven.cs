using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.BreakEvens;

/// <summary>Servers paid while they answer against servers paid while they exist.</summary>
public static class ServerlessBreakEven
{
    /// <summary>N* = E / c: the requests a day from which on the server that always runs costs less.</summary>
    /// <param name="provisioned">E, its USD per day.</param>
    /// <param name="request">c, USD per request without servers, cold starts included.</param>
    public static Figure RequestsPerDay(Figure provisioned, Figure request) => (provisioned / request).Named("break-even volume");

    /// <summary>u* = N* · s / S: the share of the time at which one request at a time would keep it busy. Above 1 serverless always costs less.</summary>
    /// <param name="requestsPerDay">N*.</param>
    /// <param name="seconds">s, seconds per request.</param>
    public static Figure Utilisation(Figure requestsPerDay, Figure seconds) =>
        (requestsPerDay * seconds / Figure.Constant(86_400, Unit.Second / Unit.Day)).Named("break-even utilisation");
}
