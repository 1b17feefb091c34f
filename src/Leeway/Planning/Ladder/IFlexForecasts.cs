namespace Leeway.Planning.Ladder;

/// <summary>What the planner asks of the flex lane. Called under the queue's lock, so it must be quick.</summary>
public interface IFlexForecasts
{
    /// <summary>Grows when a forecast has changed enough to plan anew.</summary>
    long Revision { get; }

    /// <summary>The forecast of <paramref name="deployment"/>'s flex tier for calls of <paramref name="endpoint"/>, or null where it has none or may not use it.</summary>
    FlexForecast? ForecastOf(Deployment deployment, string endpoint, DateTimeOffset now);

    /// <summary>Whether a deployment's tier is taken to be open; false while it refuses one try after another.</summary>
    bool IsOpen(string deployment);
}
