namespace Leeway.Gateway.Ingress.Requests.Timeline;

/// <summary>One thing that happened to a request, or is due to.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Name">What: <c>accepted</c>, <c>planned</c>, <c>sealed</c> …; docs/concepts/timeline.md lists them.</param>
/// <param name="Text">The same in words, with the numbers and the reason.</param>
internal sealed record TimelineEvent(DateTimeOffset At, string Name, string Text)
{
    /// <summary>Whether it is still to come.</summary>
    public bool IsDue { get; init; }

    public Lane? Lane { get; init; }

    public BatchId? Batch { get; init; }

    public int? Attempt { get; init; }

    /// <summary>The plan as it was kept: JSON, or null.</summary>
    public string? Plan { get; init; }
}
