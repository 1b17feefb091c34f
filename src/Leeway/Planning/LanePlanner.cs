using Leeway.Classification;
using Leeway.Economics;
using Leeway.Planning.Flex;
using Leeway.Planning.Ladder;
using Leeway.Routing;

namespace Leeway.Planning;

/// <summary>
/// Chooses the lane of a deferred request by the ladder (<see cref="LadderTable"/>), where there are forecasts. Without them: a provider batch
/// when its deployment has one and the slack covers the assumed turnaround, else real time; and in any case real time at the last safe moment.
/// </summary>
public sealed partial class LanePlanner(IConfigSource config, RouteTable routes, IEnumerable<IProvider> providers, CheapHours hours, LadderBook? ladder = null) : ILanePolicy
{
    // After this many attempts a request no longer waits for batches that fail it.
    private const int MaxBatchAttempts = 3;

    private readonly Dictionary<string, IBatchProvider> _batches = providers.OfType<IBatchProvider>().ToDictionary(provider => provider.Kind);
    private readonly Dictionary<string, ProviderCapabilities> _capabilities = providers.ToDictionary(provider => provider.Kind, provider => provider.Capabilities);

    /// <summary>What the vendor of a deployment can do.</summary>
    public ProviderCapabilities CapabilitiesOf(Deployment deployment) => _capabilities[deployment.Kind];

    /// <summary>Whether requests for <paramref name="endpoint"/> may travel in batches of <paramref name="deployment"/>.</summary>
    public bool CanBatch(Deployment deployment, string endpoint) =>
        CapabilitiesOf(deployment).WhyNoBatch(deployment, endpoint) is null;

    /// <summary>What of a request keeps it out of the batches of <paramref name="deployment"/>, or null.</summary>
    public FieldProblem? FindUnbatchable(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) =>
        CanBatch(deployment, endpoint) && _batches.TryGetValue(deployment.Kind, out IBatchProvider? provider) ? provider.FindUnbatchable(deployment, endpoint, body) : null;

    /// <inheritdoc/>
    public LanePlan Plan(QueuedRequest request, DateTimeOffset now)
    {
        LeewayConfig current = config.Current;
        if (request.PinnedLane == Lane.Flex)
        {
            return FlexTimes.PlanPinned(request, now, current.Lanes.Flex);
        }

        BatchLaneConfig lane = current.Lanes.Batch;
        bool inBatch = request.State is RequestState.Sealed or RequestState.Submitted;
        Deployment? deployment = routes.FindDeployment(request.Group.Deployment);
        if (request.PinnedLane is null && ladder is not null && deployment is not null && PlanByLadder(request, deployment, ladder, now) is { } plan)
        {
            return plan;
        }

        bool batch = inBatch || (WantsBatch(request, now, lane) && deployment is not null && CanBatch(deployment, request.Group.Endpoint));
        if (!batch)
        {
            return new LanePlan(Lane.RealTime, DateTimeOffset.MaxValue, "", now);
        }

        SealInstant seal = SealSchedule.SealAt(request.Priority, request.AcceptedAt, request.Deadline, current, hours, deployment);

        // A request pinned to the batch lane is not rescued: it is looked at when its deadline passes.
        DateTimeOffset dispatchAt = request.PinnedLane == Lane.Batch ? request.Deadline : FlexTimes.LastStart(request, lane.Rescue);
        return new LanePlan(Lane.Batch, seal.At, seal.Reason, dispatchAt);
    }

    private static bool WantsBatch(QueuedRequest request, DateTimeOffset now, BatchLaneConfig lane) => request.PinnedLane switch
    {
        Lane.Batch => true,
        Lane.RealTime => false,
        _ => request.Attempts - request.FlexRefusals < MaxBatchAttempts && request.Deadline - now >= lane.Turnaround,
    };
}
