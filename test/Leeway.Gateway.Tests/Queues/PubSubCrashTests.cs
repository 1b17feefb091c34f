using Leeway.Gateway.Tests.Crash.Support;

namespace Leeway.Gateway.Tests.Queues;

/// <summary>Pub/Sub, as our sandbox speaks it by its public description, with one message in twenty that comes twice.</summary>
public sealed class PubSubCrashTests : QueueCrashTests
{
    private protected override string Kind => "Pub/Sub (sandbox)";

    private protected override async Task<QueueBench> OpenAsync(CrashSite? site) => await PubSubBench.CreateAsync(site!.Sandbox);
}
