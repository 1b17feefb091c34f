using System.Net;

namespace Leeway.Gateway.Tests.Vendors.Traps;

/// <summary>Vendors that tell of an end, and vendors that do not.</summary>
public sealed class HookTraps
{
    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "19")]
    public async Task Trap_19_an_end_that_nobody_tells_of_is_found_by_polling(string kind)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind, turnaround: TimeSpan.FromMinutes(40));
        string[] bodies = [.. Enumerable.Range(0, bench.Enough(3)).Select(i => TrapBench.Chat($"untold {i}"))];
        string[] ids = await bench.QueueAsync(bodies);
        await bench.BatchInAsync("submitted", "running");

        // A provider without a secret has no hook that anybody could call.
        using HttpResponseMessage hook = await bench.Gateway.PostAsync("/leeway/hooks/vendor", """{"type":"batch.completed","data":{"id":"x"}}""");
        bench.Time.Advance(TimeSpan.FromMinutes(41));

        Assert.Equal(HttpStatusCode.NotFound, hook.StatusCode);
        TrapBench.AssertOwn(bodies, await bench.EndAsync(ids));
    }
}
