using Leeway.Simulation.Stages;
using Leeway.Simulation.Vendors;

namespace Leeway.Tests.Simulation;

public sealed class SimulatedGatewayTests
{
    [Fact]
    public void Every_request_ends_once_and_the_ledger_pays_what_the_vendor_charges()
    {
        SimulationScene scene = SimulationScene.Play(
            SimulationScene.Traffic(20_000, 2, 1),
            new ScriptedVendor(1) { Batch = submission => new BatchFate(TimeSpan.FromMinutes(10 + (submission.Job * 37 % 100))) { CancelLag = TimeSpan.FromMinutes(1) } });

        Assert.Equal(20_000, scene.Totals.Ended);
        Assert.Equal(20_000, scene.Outcomes.Select(outcome => outcome.Number).Distinct().Count());
        Assert.All(scene.Outcomes, outcome => Assert.Equal(RequestState.Succeeded, outcome.State));
        Assert.Equal(scene.Bill.Cost, scene.Totals.Cost);
        Assert.Equal(scene.Totals.Cost - scene.Totals.PaidTwice, scene.Outcomes.Sum(outcome => outcome.Cost));
        Assert.True(scene.Totals.Rescued > 0, "Some batches run late.");
        Assert.True(scene.Totals.Cost < scene.Totals.ListCost, "Batches are cheaper.");
    }

    [Fact]
    public void A_batch_that_never_runs_is_rescued_by_the_deadline_and_nothing_is_paid_twice()
    {
        SimulationScene scene = SimulationScene.Play(
            SimulationScene.Traffic(1_000, 2, 1, TimeSpan.FromHours(1)).Select(request => request with { Priority = Priority.Standard }),
            new ScriptedVendor(1) { Batch = _ => new BatchFate(null), Call = _ => new CallFate(TimeSpan.FromSeconds(2)) });

        // Some are taken out of their batch; once it is cancelled for their sake, the others come back to the queue.
        Assert.Equal((1_000, 0), (scene.Totals.Met, scene.Totals.TwicePaid));
        Assert.InRange(scene.Totals.Rescued, 1, 1_000);
        Assert.All(scene.Outcomes, outcome => Assert.Equal(Lane.RealTime, outcome.Lane));
        Assert.Equal(scene.Totals.ListCost, scene.Totals.Cost);
        Assert.Equal(scene.Bill.Cost, scene.Totals.Cost);
    }

    [Fact]
    public void Rows_that_ran_before_a_rescue_are_paid_twice()
    {
        // All is rescued at about 58 minutes; the job runs evenly until 100, is cancelled when nobody waits any more, and half of it was done.
        SimulationScene scene = SimulationScene.Play(
            Burst(400),
            new ScriptedVendor(1)
            {
                Batch = _ => new BatchFate(TimeSpan.FromMinutes(100)) { CancelLag = TimeSpan.FromMinutes(5) },
                Call = _ => new CallFate(TimeSpan.FromSeconds(2)),
            });

        Assert.Equal((400, 400), (scene.Totals.Met, scene.Totals.Rescued));
        Assert.InRange(scene.Totals.TwicePaid, 150, 300);
        Assert.Equal(scene.Twice.Sum(twice => twice.Cost), scene.Totals.PaidTwice);
        Assert.Equal(scene.Bill.Cost, scene.Totals.Cost);
    }

    [Fact]
    public void A_job_that_expires_gives_back_what_did_not_run()
    {
        LeewayConfig config = SimulationScene.Config;
        SimulationScene scene = SimulationScene.Play(
            Burst(100).Select(request => request with { Deadline = request.At.AddHours(60), PinnedLane = Lane.Batch }),
            new ScriptedVendor(1) { Batch = submission => new BatchFate(submission.Job == 0 ? TimeSpan.FromHours(48) : TimeSpan.FromMinutes(20)) },
            config);

        Assert.Equal(100, scene.Totals.Met);
        Assert.Equal([50, 50], scene.Batches.Select(batch => batch.Completed ?? 0));
        Assert.Equal(scene.Bill.Cost, scene.Totals.Cost);
        Assert.Equal(scene.Totals.ListCost / 2, scene.Totals.Cost);
    }

    [Fact]
    public void A_vendors_limit_of_requests_a_minute_delays_urgent_calls_and_refuses_what_is_beyond_the_retries()
    {
        var vendor = new ScriptedVendor(1) { PerMinute = 60, Call = _ => new CallFate(TimeSpan.FromSeconds(1)) };
        SimulationScene scene = SimulationScene.Play(Burst(100).Select(request => request with { Priority = Priority.Urgent }), vendor);

        // A minute's worth at once, some more within the two retries.
        Assert.InRange(scene.Outcomes.Count(outcome => outcome.State == RequestState.Succeeded), 60, 64);
        Assert.Equal(scene.Bill.Cost, scene.Totals.Cost);
    }

    [Fact]
    public void A_stage_that_fails_ends_the_run()
    {
        var vendor = new ScriptedVendor(1) { Call = _ => throw new FormatException("a law that cannot be drawn") };
        Exception fault = Assert.ThrowsAny<Exception>(() => SimulationScene.Play(Burst(1).Select(request => request with { PinnedLane = Lane.RealTime }), vendor));
        Assert.Contains("cannot be drawn", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Arrivals_out_of_order_are_refused() => Assert.Contains(
        "out of order",
        Assert.Throws<InvalidOperationException>(() => SimulationScene.Play(Burst(2).Select(request => request with { At = request.At.AddSeconds(-request.Number) }), new ScriptedVendor(1))).Message,
        StringComparison.Ordinal);

    private static IEnumerable<SimulatedRequest> Burst(int count) => Enumerable.Range(0, count).Select(i =>
        new SimulatedRequest(i, SimulationScene.Start.AddSeconds(10), SimulationScene.Start.AddSeconds(10).AddHours(1), "gpt-4o-mini", 1000, 100));
}
