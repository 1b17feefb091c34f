using Leeway.RealTime;
using Leeway.Routing;
using Leeway.Simulation.Vendors;

namespace Leeway.Simulation.Stages;

/// <summary>Requests that somebody waits for: sent at once through the production dispatcher, with its retries and fallbacks, and never stored.</summary>
internal sealed class UrgentLane(RealTimeDispatcher dispatcher, ILedgerStore entries, TimeProvider clock, OutcomeBook book)
{
    private readonly NullSink _sink = new();

    public async Task SendAsync(RequestId id, SimulatedRequest request, Route route, SimulatedBody body)
    {
        var call = new ProviderCall(request.Endpoint, body.ToBytes(), null, Buffered: true);
        RealTimeOutcome outcome = await dispatcher.DispatchAsync(
            new RealTimeRequest(id, 1, request.Endpoint, route, call, request.Priority, request.Caller), _sink, CancellationToken.None);
        if (outcome.Entry is { } entry)
        {
            entries.Append(entry);
        }

        book.Tell(
            new SimulatedOutcome(
                request.Number, request.Priority, Lane.RealTime, outcome.Error is null ? RequestState.Succeeded : RequestState.Failed, request.At, request.Deadline,
                clock.GetUtcNow(), outcome.Entry?.Cost, outcome.Entry?.ListCost, Rescued: false),
            replaces: false);
    }
}
