using Leeway.Gateway.Ingress.Quotes;
using Leeway.Gateway.Problems;
using Leeway.Planning;

namespace Leeway.Gateway.Ingress.Requests.Timeline;

/// <summary>
/// Draws a request's way from what is stored of it, and from the plan in force while it is open. Nothing is told of the other members of its batches,
/// which may be another team's.
/// </summary>
internal static class RequestTimeline
{
    /// <summary>The events, oldest first; what is still to come stands last.</summary>
    /// <param name="record">The request.</param>
    /// <param name="history">Its way.</param>
    /// <param name="next">What is planned for it now; null once it has ended, and while it is being answered.</param>
    public static IReadOnlyList<TimelineEvent> Of(RequestRecord record, RequestHistory history, LanePlan? next)
    {
        List<TimelineEvent> events =
        [
            Accepted(record.Request),
            .. history.Plans.Select((plan, index) => PlanWords.Event(plan, index == 0 && plan.At == record.Request.AcceptedAt)),
            .. history.Batches.SelectMany(BatchSteps.Of),
            .. record.Attempts.SelectMany(attempt => Attempt(record, attempt, history)),
            .. history.Deliveries.SelectMany(Delivery),
        ];
        if (record.FinishedAt is { } finished)
        {
            events.Add(End(record, finished));
        }

        if (history.PickedUp is { } pickup)
        {
            events.Add(new TimelineEvent(pickup.At, "picked_up", $"the result first reached its owner ({Json.Name(pickup.Way)})"));
        }

        if (!record.Request.State.IsEnded())
        {
            events.AddRange(Due(record.Request, next));
        }

        // A batch is collected when its requests have ended, also within a millisecond. Else stable: what shares an instant stays in the order
        // above, which is that of the path.
        return [.. events.OrderBy(one => one.IsDue).ThenBy(one => one.At).ThenBy(one => one.Name == "collected")];
    }

    private static TimelineEvent Accepted(QueuedRequest request) => new(
        request.AcceptedAt,
        "accepted",
        $"{Json.Name(request.Priority)}, by {Json.Instant(request.Deadline)}, {(request.Deadline > request.AcceptedAt ? $"{QuoteWords.Span(request.Deadline - request.AcceptedAt)} to go" : "at once")}{(request.PinnedLane is { } pinned ? $"; pinned to {QuoteWords.Name(pinned)}" : "")}");

    private static IEnumerable<TimelineEvent> Attempt(RequestRecord record, RequestAttempt attempt, RequestHistory history)
    {
        DateTimeOffset? ended = history.AttemptEnds.TryGetValue(attempt.Number, out DateTimeOffset at) ? at : null;
        if (attempt.Batch is { } batch)
        {
            if (ended is not null && attempt.Outcome is not (null or "succeeded"))
            {
                yield return new TimelineEvent(ended.Value, "batch_failed_it", $"no answer from the batch: {attempt.Outcome}") { Lane = attempt.Lane, Batch = batch, Attempt = attempt.Number };
            }

            yield break;
        }

        // Taken from a batch whose own attempt was still open.
        RequestAttempt? rescuedFrom = record.Attempts.LastOrDefault(earlier =>
            earlier.Number < attempt.Number && earlier.Batch is not null
            && (history.AttemptEnds.TryGetValue(earlier.Number, out DateTimeOffset end) ? end > attempt.StartedAt : earlier.Outcome is null));
        TimeSpan left = record.Request.Deadline - attempt.StartedAt;
        string towards = left > TimeSpan.Zero ? $"{QuoteWords.Span(left)} before the deadline" : $"{QuoteWords.Span(-left)} after the deadline";
        yield return new TimelineEvent(
            attempt.StartedAt,
            attempt.Lane == Lane.Flex ? "flex_tried" : rescuedFrom is not null ? "rescued" : "sent",
            attempt.Lane == Lane.Flex ? $"by flex to {attempt.Deployment}, {towards}"
                : rescuedFrom is not null ? $"in real time by {attempt.Deployment}, {towards}: its batch was not back" : $"in real time to {attempt.Deployment}, {towards}")
        { Lane = attempt.Lane, Batch = rescuedFrom?.Batch, Attempt = attempt.Number };
        if (ended is { } instant && attempt.Outcome is { } outcome)
        {
            yield return new TimelineEvent(
                instant,
                outcome == "succeeded" ? "answered" : outcome == "flex_refused" ? "flex_refused" : "not_answered",
                outcome == "succeeded" ? $"after {QuoteWords.Span(instant - attempt.StartedAt)}" : outcome == "flex_refused" ? "no room on the flex tier; nothing was charged" : outcome)
            { Lane = attempt.Lane, Attempt = attempt.Number };
        }
    }

    private static TimelineEvent End(RequestRecord record, DateTimeOffset finished)
    {
        TimeSpan left = record.Request.Deadline - finished;
        string text = record.Request.State is RequestState.Succeeded or RequestState.Failed
            ? left >= TimeSpan.Zero ? $"deadline met with {QuoteWords.Span(left)} to spare" : $"deadline missed by {QuoteWords.Span(-left)}"
            : record.Request.State == RequestState.Cancelled ? "withdrawn by its owner" : "the deadline passed without a result";
        string? error = record.Result?.ErrorCode;
        return new TimelineEvent(finished, Json.Name(record.Request.State), error is null || record.Request.State == RequestState.Cancelled ? text : $"{error}; {text}") { Lane = record.Lane };
    }

    private static IEnumerable<TimelineEvent> Delivery(DeliveryRecord delivery)
    {
        if (delivery.LastAttemptAt is { } at)
        {
            bool delivered = delivery.State == DeliveryState.Delivered;
            yield return new TimelineEvent(
                at,
                delivered ? "delivered" : delivery.State == DeliveryState.Failed ? "delivery_failed" : "delivery_refused",
                $"{delivery.Event} to {delivery.Target}, attempt {delivery.Attempts}{(delivered || delivery.LastError is null ? "" : $": {delivery.LastError}")}");
        }

        if (delivery.State is DeliveryState.Pending or DeliveryState.Retrying)
        {
            yield return new TimelineEvent(delivery.NextAttemptAt, "delivery", $"{delivery.Event} to {delivery.Target}, attempt {delivery.Attempts + 1}") { IsDue = true };
        }
    }

    private static IEnumerable<TimelineEvent> Due(QueuedRequest request, LanePlan? next)
    {
        if (next is { } plan)
        {
            if (request.State == RequestState.Queued && plan.Pools)
            {
                yield return new TimelineEvent(plan.SealAt, "seal", $"at the latest ({plan.SealReason.Replace('_', ' ')})") { IsDue = true, Lane = Lane.Batch };
            }

            if (plan.DispatchAt < request.Deadline)
            {
                yield return new TimelineEvent(plan.DispatchAt, "dispatch", $"{QuoteWords.Name(plan.DispatchLane)}, if there is no answer by then") { IsDue = true, Lane = plan.DispatchLane };
            }
        }

        yield return new TimelineEvent(request.Deadline, "deadline", "a result must exist") { IsDue = true };
    }
}
