namespace Leeway.Gateway.Tests.Queues;

/// <summary>Pub/Sub, as our sandbox speaks it by its public description.</summary>
public sealed class PubSubQueueTests : QueueTests
{
    private protected override async Task<QueueBench> OpenAsync(int? redriveAfter = null) => await PubSubBench.CreateAsync(redriveAfter: redriveAfter);
}
