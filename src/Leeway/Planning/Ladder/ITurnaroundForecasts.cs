using Leeway.Planning.Turnaround;

namespace Leeway.Planning.Ladder;

/// <summary>What the planner asks about provider batches. Called under the queue's lock, so it must be quick.</summary>
public interface ITurnaroundForecasts
{
    /// <summary>Grows when a curve or a regime has changed enough to plan anew.</summary>
    long Revision { get; }

    /// <summary>P(a batch is not yet collected at an age since its submission); an assumption where nothing was seen yet.</summary>
    /// <param name="deployment">Its id, e.g. <c>openai/gpt-4o</c>.</param>
    /// <param name="requests">How many the batch holds.</param>
    /// <param name="now">UTC.</param>
    SurvivalCurve CurveFor(string deployment, int requests, DateTimeOffset now);

    /// <summary>A bound, exact for the batches that were seen, of the chance that one submitted now is not collected after <paramref name="at"/>.</summary>
    double UpperBound(string deployment, TimeSpan at, DateTimeOffset now);

    /// <summary>Whether enough batches of a deployment were seen to go by its curve rather than by the configured turnaround.</summary>
    bool IsLearnt(string deployment);

    /// <summary>How the deployment's batches are taken to be now, e.g. <c>healthy</c>.</summary>
    string RegimeOf(string deployment, DateTimeOffset now);
}
