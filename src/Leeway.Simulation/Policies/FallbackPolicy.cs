using Leeway.Planning;

namespace Leeway.Simulation.Policies;

/// <summary>The rule that people write by hand: into a batch, and in real time once a moment of the request's own has passed.</summary>
/// <param name="fallBackAt">That moment.</param>
internal sealed class FallbackPolicy(Func<QueuedRequest, DateTimeOffset> fallBackAt) : ILanePolicy
{
    /// <summary>How long a request waits for company: the hand-written rule submits what came within the minute.</summary>
    public static readonly TimeSpan Gathers = TimeSpan.FromMinutes(1);

    public LanePlan Plan(QueuedRequest request, DateTimeOffset now)
    {
        DateTimeOffset fallBack = fallBackAt(request);
        if (request.State == RequestState.Queued && now >= fallBack)
        {
            return new LanePlan(Lane.RealTime, DateTimeOffset.MaxValue, "", now);
        }

        DateTimeOffset gathered = now + Gathers;
        return new LanePlan(Lane.Batch, gathered < fallBack ? gathered : fallBack, "age", fallBack);
    }
}
