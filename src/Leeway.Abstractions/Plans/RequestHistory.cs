namespace Leeway;

/// <summary>What is stored of a request's way beside its record: what its timeline is drawn from.</summary>
/// <param name="Plans">Its plans, the first at acceptance; only those that rest on forecasts, and later ones that changed something.</param>
/// <param name="Batches">The provider batches it was in, in order of its attempts.</param>
/// <param name="AttemptEnds">When its attempts ended, UTC, by number; those that are under way, or ended before this was kept, are not in it.</param>
/// <param name="Deliveries">What was or is to be told of it, oldest first.</param>
/// <param name="PickedUp">When and how its result first reached its owner.</param>
public sealed record RequestHistory(
    IReadOnlyList<RequestPlan> Plans,
    IReadOnlyList<BatchHistory> Batches,
    IReadOnlyDictionary<int, DateTimeOffset> AttemptEnds,
    IReadOnlyList<DeliveryRecord> Deliveries,
    (DateTimeOffset At, PickupWay Way)? PickedUp);

/// <summary>A provider batch that a request was in.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Steps">Its steps, oldest first.</param>
/// <param name="IsShared">Whether requests of another team were in it too: what it says of its members is not for this team alone.</param>
public sealed record BatchHistory(BatchRecord Batch, IReadOnlyList<BatchStep> Steps, bool IsShared);

/// <summary>A change of a batch's state, or of what its provider says of it.</summary>
/// <param name="At">When it was made or seen, UTC.</param>
/// <param name="State">The state from then on.</param>
/// <param name="ProviderStatus">What the provider said then; null before it had the batch.</param>
public readonly record struct BatchStep(DateTimeOffset At, BatchState State, ProviderBatchStatus? ProviderStatus);
