using Leeway.Gateway.Tests.Objects;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Queues;

/// <summary>SQS, as a third party's fake speaks it.</summary>
public sealed class SqsQueueTests(FauxqsProcess fauxqs) : QueueTests, IClassFixture<FauxqsProcess>
{
    private protected override async Task<QueueBench> OpenAsync(int? redriveAfter = null)
    {
        NodeScript.SkipWithoutNode();
        return await SqsBench.CreateAsync(fauxqs.Endpoint!, redriveAfter: redriveAfter);
    }
}
