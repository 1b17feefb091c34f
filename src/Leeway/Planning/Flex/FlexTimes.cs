namespace Leeway.Planning.Flex;

/// <summary>The instants of the flex lane that follow from a request's deadline.</summary>
internal static class FlexTimes
{
    /// <summary>The plan of a request pinned to flex: a try now, one more each time the retry has passed, and the end at its deadline.</summary>
    public static LanePlan PlanPinned(QueuedRequest request, DateTimeOffset now, FlexLaneConfig lane)
    {
        DateTimeOffset next = request.LastRefusedAt + lane.Retry ?? now;
        return new LanePlan(Lane.Flex, DateTimeOffset.MaxValue, "", next < request.Deadline ? next : request.Deadline) { DispatchLane = Lane.Flex, Pools = false };
    }

    /// <summary>
    /// By when a try has to have ended: what is pinned to flex has until its deadline, all else until its last safe moment for real time.
    /// </summary>
    public static DateTimeOffset EndOf(QueuedRequest request, LanesConfig lanes) =>
        request.PinnedLane == Lane.Flex ? request.Deadline : LastStart(request, lanes.Batch.Rescue);

    /// <summary>The last safe moment for real time. Never more than a quarter of the whole wait before the deadline, so that a short one is not all margin.</summary>
    public static DateTimeOffset LastStart(QueuedRequest request, RescueConfig rescue)
    {
        TimeSpan quarter = (request.Deadline - request.AcceptedAt) / 4;
        return request.Deadline - (rescue.Margin < quarter ? rescue.Margin : quarter);
    }
}
