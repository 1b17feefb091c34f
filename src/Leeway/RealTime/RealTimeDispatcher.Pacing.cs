using Leeway.Routing;

namespace Leeway.RealTime;

// Room for stored requests under the limits that the operator sets.
public sealed partial class RealTimeDispatcher
{
    /// <summary>
    /// Takes a stored request's share of the first deployment on its route that has room, so that it begins only when it may. What is not
    /// used by its dispatch is given up by <see cref="Release"/>.
    /// </summary>
    /// <returns>Null when it may begin; else how long until one of them has room.</returns>
    public TimeSpan? Reserve(RequestId id, Route route, int tokens)
    {
        TimeSpan? shortest = null;
        foreach (Deployment deployment in route.Deployments)
        {
            if (_pacer.TryReserve(deployment, id, tokens) is not { } wait)
            {
                return null;
            }

            shortest = shortest is null || wait < shortest ? wait : shortest;
        }

        return shortest;
    }

    /// <summary>Forgets what <see cref="Reserve"/> took and no call used. What was taken is not put back: it comes again with time.</summary>
    public void Release(RequestId id) => _pacer.Release(id);

    /// <summary>What calls that somebody waits for have used of a deployment's limits of late.</summary>
    public RealTimeUse UseOf(string deployment) => _pacer.UseOf(deployment);

    // A stored request begins where room was reserved for it.
    private int FirstCandidate(RealTimeRequest request)
    {
        if (!request.Stored || _pacer.ReservedAt(request.Id) is not { } reserved)
        {
            return 0;
        }

        for (int i = 0; i < request.Route.Deployments.Count; i++)
        {
            if (request.Route.Deployments[i].Id == reserved)
            {
                return i;
            }
        }

        return 0;
    }
}
