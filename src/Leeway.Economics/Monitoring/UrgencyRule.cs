using Leeway.Economics.Decisions;

namespace Leeway.Economics.Monitoring;

/// <summary>
/// Requests whose urgency is not what their senders do: results of a tight deadline that lie about (over-declared), results of a loose one that
/// are snatched (under-declared), and urgent calls that come by the clock (nobody may be waiting). By caller, model and priority.
/// </summary>
public static class UrgencyRule
{
    /// <summary>A result fetched later than this after it was there was not waited for, or later than <see cref="LateShare"/> of what its owner allowed.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    /// <inheritdoc cref="Late"/>
    public const double LateShare = 0.1;

    /// <summary>A result fetched sooner than this was waited for.</summary>
    public static readonly TimeSpan Fast = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A deadline from here on says that nobody waits. Who allows an hour may well look every second: programs that wait do, and they are served as
    /// they asked.
    /// </summary>
    public static readonly TimeSpan Loose = TimeSpan.FromHours(2);

    /// <summary>Senders whose pick-ups speak against their priority.</summary>
    /// <param name="requests">Ended requests.</param>
    /// <param name="now">Results that are not fetched by now count as late once they are late.</param>
    public static IEnumerable<Finding> CheckPickups(IEnumerable<EndedRequest> requests, DateTimeOffset now)
    {
        foreach (IGrouping<(string Caller, string Model, Priority Priority), EndedRequest> sender in requests
            .GroupBy(request => (request.Caller, request.Model, request.Priority)))
        {
            string subject = $"{sender.Key.Caller}, {sender.Key.Model}, {Say.Of(sender.Key.Priority)}";
            (UrgencyTest over, UrgencyTest under) = TestsOf(sender, now);
            if (over.FlaggedAt is not null)
            {
                yield return Of("over_declared", subject, over, "were fetched late or not at all", "Nobody seems to wait for them: a longer deadline, or low priority, costs less and rescues less.");
            }

            if (under.FlaggedAt is not null)
            {
                yield return Of("under_declared", subject, under, "were fetched within 2 seconds", "Somebody seems to wait for them: give them a shorter deadline, or let them hold the connection.");
            }
        }
    }

    /// <summary>
    /// The tests of one sender's results at one priority. A held connection tells nothing, since its result is fetched the moment it is there.
    /// Low priority cannot be over-declared.
    /// </summary>
    public static (UrgencyTest Over, UrgencyTest Under) TestsOf(IEnumerable<EndedRequest> requests, DateTimeOffset now)
    {
        var over = new UrgencyTest();
        var under = new UrgencyTest();
        foreach (EndedRequest request in requests.Where(request => request.State == RequestState.Succeeded && request.Way != PickupWay.Held).OrderBy(request => request.FinishedAt))
        {
            if (request.Priority != Priority.Low && IsLate(request, now) is { } late)
            {
                over.Observe(late);
            }

            if (request.Way == PickupWay.Poll && request.Allowed >= Loose)
            {
                under.Observe(request.PickedUpAt - request.FinishedAt < Fast);
            }
        }

        return (over, under);
    }

    /// <summary>Senders of urgent calls that come by the clock.</summary>
    public static IEnumerable<Finding> CheckClocks(IEnumerable<MonitoredCost> calls) =>
        from call in calls
        where call.Priority == Priority.Urgent
        group call by (call.Caller, call.Model) into sender
        let period = Periodicity.Of([.. sender.Select(call => call.At).Order()])
        where period is not null
        select new Finding(
            "clockwork", $"{sender.Key.Caller}, {sender.Key.Model}, urgent", period.Strength, period.P, null,
            Say.Of($"Its {period.Onsets} bursts come every {Say.Of(period.Period)} (R {period.Strength:0.###}, p {period.P:0.#e+0}); they cost ${sender.Sum(call => call.Cost ?? 0):0.######} in real time."),
            "A schedule sends them, so perhaps nobody waits: try a deadline for this sender.");

    /// <summary>Whether a result was fetched late; null while that is open.</summary>
    private static bool? IsLate(EndedRequest request, DateTimeOffset now)
    {
        TimeSpan bound = TimeSpan.FromTicks(Math.Max(Late.Ticks, (long)(request.Allowed.Ticks * LateShare)));
        return request.PickedUpAt is { } at ? at - request.FinishedAt > bound : !request.IsSent && now - request.FinishedAt > bound ? true : null;
    }

    private static Finding Of(string rule, string subject, UrgencyTest test, string what, string advice) => new(
        rule, subject, (double)test.Surprising / test.Observed, UrgencyTest.Allowed, MeasureUnit.Share,
        Say.Of($"{test.Surprising} of {test.Observed} results {what}; certain after {test.FlaggedAt} (false alarms at most {UrgencyTest.Alpha:0.#e+0} for ever)."), advice);
}
