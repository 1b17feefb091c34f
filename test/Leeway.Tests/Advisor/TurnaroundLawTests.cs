using CsCheck;
using Leeway.Advisor.Advice;

namespace Leeway.Tests.Advisor;

public sealed class TurnaroundLawTests
{
    [Fact]
    public void The_usual_law_has_its_stated_shares()
    {
        TurnaroundLaw law = TurnaroundLaw.Usual;

        Assert.Equal(0, law.Within(TimeSpan.Zero));

        // Half of the fast hump and next to nothing of the slow one.
        Assert.Equal(0.40, law.Within(TimeSpan.FromMinutes(12)), 0.002);
        Assert.Equal(0.995, law.Within(TimeSpan.FromDays(30)), 1e-6);
        Assert.Equal(law.Within(TimeSpan.FromMinutes(20)), law.Slowed(3).Within(TimeSpan.FromMinutes(60)), 1e-12);
    }

    [Fact]
    public void More_time_never_brings_fewer_batches_back() => Gen.Double[0, 100_000].Array[2].Sample(seconds =>
    {
        Array.Sort(seconds);
        return TurnaroundLaw.Usual.Within(TimeSpan.FromSeconds(seconds[0])) <= TurnaroundLaw.Usual.Within(TimeSpan.FromSeconds(seconds[1])) + 1e-6;
    });
}
