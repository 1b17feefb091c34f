using Leeway.Economics;
using Leeway.Economics.Compute;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Parts;

namespace Leeway.Tests.Economics.Scenarios;

/// <summary>Scenarios to compute.</summary>
internal static class Given
{
    public static readonly DateTimeOffset At = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static TokenPart Tokens(Workload workload, TokenLane lane, string model, decimal share = 1) =>
        new() { Serves = workload, Share = share, Lane = lane, Model = model, Price = PriceCatalog.BuiltIn.Find(model, At) };

    public static TokenPart Tokens(Workload workload, ModelPrice price) => new() { Serves = workload, Lane = TokenLane.RealTime, Model = price.Model, Price = price };

    public static ModelPrice Price(decimal input, decimal output) => new()
    {
        Model = "m",
        Version = "test",
        EffectiveFrom = At,
        RealTime = new LanePrice(input, input / 10, input * 5 / 4, output),
        Batch = new LanePrice(input / 2, null, null, output / 2),
    };

    public static EndpointPart Endpoint(decimal hours = 24) => new() { Instance = ComputeCatalog.BuiltIn.FindInstance("ml.g5.xlarge")!, HoursPerDay = hours };

    public static decimal? Cost(CostSpan span, params ScenarioPart[] parts) => Cost(span, Bound.Cheapest, parts);

    public static decimal? Cost(CostSpan span, Bound bound, params ScenarioPart[] parts) =>
        new ScenarioOption("option", parts).Cost(new Billing(span, bound, MonthLength.Days30)).Value;
}
