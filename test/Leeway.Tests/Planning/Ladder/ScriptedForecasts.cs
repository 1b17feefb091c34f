using Leeway.Planning.Ladder;
using Leeway.Planning.Turnaround;

namespace Leeway.Tests.Planning.Ladder;

/// <summary>Forecasts that a test sets.</summary>
internal sealed class ScriptedForecasts : ITurnaroundForecasts, IFlexForecasts
{
    public SurvivalCurve Curve { get; set; } = AssumedLaw.Turnaround;

    public bool Learnt { get; set; } = true;

    public FlexForecast? Flex { get; set; }

    public long Revision { get; set; }

    public SurvivalCurve CurveFor(string deployment, int requests, DateTimeOffset now) => Curve;

    public bool FlexIsOpen { get; set; } = true;

    public double UpperBound(string deployment, TimeSpan at, DateTimeOffset now) => Curve.At(at);

    public bool IsLearnt(string deployment) => Learnt;

    public string RegimeOf(string deployment, DateTimeOffset now) => "healthy";

    public FlexForecast? ForecastOf(Deployment deployment, string endpoint, DateTimeOffset now) => Flex;

    public bool IsOpen(string deployment) => FlexIsOpen;
}
