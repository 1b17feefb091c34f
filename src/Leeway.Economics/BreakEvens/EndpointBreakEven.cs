using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.BreakEvens;

/// <summary>An endpoint paid by the hour against an API paid by the token.</summary>
public static class EndpointBreakEven
{
    /// <summary>N* = E / c: the requests a day at which both cost the same.</summary>
    /// <param name="endpoint">E, in USD per day, busy or idle.</param>
    /// <param name="request">c, the API's USD per request.</param>
    public static Figure RequestsPerDay(Figure endpoint, Figure request) => (endpoint / request).Named("break-even volume");

    /// <summary>
    /// u* = p_hour / (c · N_hour): the share of its capacity from which on the endpoint costs less. Above 1 it never does. Against a batch at
    /// half the price the share doubles.
    /// </summary>
    /// <param name="hour">p_hour, the endpoint's USD per hour.</param>
    /// <param name="request">c, the API's USD per request.</param>
    /// <param name="capacity">N_hour, requests per hour that it answers within its latency target.</param>
    public static Figure Utilisation(Figure hour, Figure request, Figure capacity) => (hour / (request * capacity)).Named("break-even utilisation");
}
