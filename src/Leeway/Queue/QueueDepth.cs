namespace Leeway.Queue;

/// <summary>Open requests of one group, priority, state and lane.</summary>
public sealed record QueueDepth(
    GroupKey Group, Priority Priority, RequestState State, Lane Lane, int Requests, DateTimeOffset EarliestDeadline, DateTimeOffset NextSeal);
