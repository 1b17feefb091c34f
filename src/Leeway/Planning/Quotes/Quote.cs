namespace Leeway.Planning.Quotes;

/// <summary>What a request would cost, when it would be answered and what is promised, before it is accepted. Nothing is stored for it.</summary>
/// <param name="Subject">The request.</param>
/// <param name="At">The instant it is made for, UTC.</param>
/// <param name="Plan">What would happen to the request.</param>
/// <param name="Lanes">Every lane of the gateway, the planned one first.</param>
/// <param name="IsFeasible">Whether the deadline is promised: some lane that the request may take makes it with <c>deadlines.confidence</c>.</param>
public sealed record Quote(QuoteSubject Subject, DateTimeOffset At, LanePlan Plan, IReadOnlyList<LaneQuote> Lanes, bool IsFeasible)
{
    /// <summary>Deadlines that could be promised instead, nearest first; empty where this one is, or none could be.</summary>
    public IReadOnlyList<LaterDeadline> Later { get; init; } = [];

    /// <summary>The planned lane.</summary>
    public LaneQuote Chosen => Lanes[0];

    /// <summary>A lane of it by name, that of the vendor's priority tier left out; null when it has none.</summary>
    public LaneQuote? Of(Lane lane) => Lanes.FirstOrDefault(quote => quote.Lane == lane && quote.Tier != ServedTier.Priority);

    /// <summary>
    /// When the request goes on its own if its planned lane has not answered, UTC; null when it travels alone anyway, or is not rescued
    /// because its owner pinned it.
    /// </summary>
    public DateTimeOffset? RescueAt =>
        Plan.Lane == Lane.Batch && Subject.Request.PinnedLane != Lane.Batch ? Plan.DispatchAt : null;
}
