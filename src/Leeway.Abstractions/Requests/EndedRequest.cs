namespace Leeway;

/// <summary>What monitoring looks at of a request that has ended.</summary>
/// <param name="Caller">Who asked: a label of the credential.</param>
/// <param name="Model">The model asked for.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Lane">The lane that gave the result.</param>
/// <param name="State">How it ended.</param>
/// <param name="AcceptedAt">When it was accepted.</param>
/// <param name="Deadline">By when a result had to exist.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="PickedUpAt">When its result first reached the owner by one of the <see cref="PickupWay"/>s; null when it has not.</param>
/// <param name="Way">How; null when it has not.</param>
public sealed record EndedRequest(
    string Caller, string Model, Priority Priority, Lane Lane, RequestState State, DateTimeOffset AcceptedAt, DateTimeOffset Deadline, DateTimeOffset FinishedAt,
    DateTimeOffset? PickedUpAt, PickupWay? Way)
{
    /// <summary>Whether its owner gets it another way too (a webhook, a batch's file): that it was not fetched says nothing then.</summary>
    public bool IsSent { get; init; }

    /// <summary>From acceptance to end.</summary>
    public TimeSpan Wait => FinishedAt - AcceptedAt;

    /// <summary>What the owner said it could wait.</summary>
    public TimeSpan Allowed => Deadline - AcceptedAt;

    /// <summary>Whether there was a result by the deadline.</summary>
    public bool IsMet => State == RequestState.Succeeded && FinishedAt <= Deadline;
}
