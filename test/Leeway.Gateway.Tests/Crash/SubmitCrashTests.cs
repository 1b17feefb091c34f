using Leeway.Telemetry;

namespace Leeway.Gateway.Tests.Crash;

public sealed class SubmitCrashTests
{
    public static TheoryData<string> Points =>
        [FailPoint.AfterIntent, FailPoint.AfterUpload, FailPoint.AfterInputFileSaved, FailPoint.AfterCreate, FailPoint.AfterBatchIdSaved];

    [Theory, MemberData(nameof(Points))]
    public Task A_kill_on_the_way_to_the_provider_loses_nothing_and_pays_once(string point) => FailPointCrash.RunAsync(point);
}
