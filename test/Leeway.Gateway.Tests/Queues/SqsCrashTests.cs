using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Gateway.Tests.Objects;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Queues;

/// <summary>SQS, as a third party's fake speaks it.</summary>
public sealed class SqsCrashTests(FauxqsProcess fauxqs) : QueueCrashTests, IClassFixture<FauxqsProcess>
{
    private protected override string Kind => "SQS (fauxqs)";

    private protected override async Task<QueueBench> OpenAsync(CrashSite? site)
    {
        NodeScript.SkipWithoutNode();
        return await SqsBench.CreateAsync(fauxqs.Endpoint!);
    }
}
