using Leeway.Economics.Decisions;
using Leeway.Economics.Monitoring;

namespace Leeway.Tests.Economics.Monitoring;

public sealed class MonitoringRulesTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(599, true)]
    [InlineData(600, false)]
    public void An_endpoint_used_less_than_60_percent_is_a_finding(double used, bool found)
    {
        Finding? finding = UtilisationRule.Check([new EndpointUse("vllm/llama", used, 1000), new EndpointUse("of unknown capacity", 1, 0)]).SingleOrDefault();

        Assert.Equal(found, finding is not null);
        if (finding is not null)
        {
            Assert.Equal(("utilisation", "vllm/llama", 0.599, 0.6, MeasureUnit.Share), (finding.Rule, finding.Subject, finding.Value, finding.Threshold, finding.Unit!.Value));
            Assert.Contains("batches or a serverless endpoint", finding.Advice, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Waits_have_nearest_rank_percentiles()
    {
        WaitFigures figures = WaitFigures.Of(Enumerable.Range(1, 100).Select(seconds => TimeSpan.FromSeconds(seconds)).Reverse())!;

        Assert.Equal((100, 50, 95, 99), (figures.Count, figures.P50.TotalSeconds, figures.P95.TotalSeconds, figures.P99.TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(1), WaitFigures.Of([TimeSpan.FromSeconds(1)])!.P99);
        Assert.Null(WaitFigures.Of([]));
    }

    [Fact]
    public void A_P95_of_exactly_5_minutes_is_not_over_5_minutes()
    {
        Assert.Empty(LatencyRule.Check(Waits(300, Lane.RealTime, 100)));
        Finding finding = Assert.Single(LatencyRule.Check(Waits(301, Lane.RealTime, 100)));
        Assert.Equal(("latency", "gpt-4o, realtime", 301.0, 300.0), (finding.Rule, finding.Subject, finding.Value, finding.Threshold));
    }

    [Fact]
    public void Batches_may_take_their_time_and_few_requests_have_no_P95()
    {
        Assert.Empty(LatencyRule.Check(Waits(3600, Lane.Batch, 100)));
        Assert.Empty(LatencyRule.Check(Waits(3600, Lane.RealTime, LatencyRule.Fewest - 1)));
        Assert.Single(LatencyRule.Check(Waits(3600, Lane.Flex, LatencyRule.Fewest)));
    }

    [Fact]
    public void Deadlines_are_kept_by_999_in_1000_or_a_finding_says_where_they_were_missed()
    {
        EndedRequest[] kept = [.. Enumerable.Range(0, 999).Select(_ => Request(RequestState.Succeeded))];
        EndedRequest late = Request(RequestState.Succeeded) with { FinishedAt = s_now.AddHours(2) };

        Assert.Empty(AdherenceRule.Check([.. kept, late, Request(RequestState.Cancelled)]));
        Finding finding = Assert.Single(AdherenceRule.Check([.. kept, late, Request(RequestState.Expired)]));
        Assert.Equal(("deadline_adherence", "standard", 999 / 1001.0), (finding.Rule, finding.Subject, finding.Value));
        Assert.Contains("2 of 1001 missed: 0 failed, 2 were late or expired; 2 travelled in batches.", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("Seal smaller batches", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_advice_on_missed_deadlines_follows_the_cause()
    {
        Assert.Contains("failed", AdherenceRule.Check([Request(RequestState.Failed)]).Single().Advice, StringComparison.Ordinal);
        Assert.Contains("add capacity", AdherenceRule.Check([Request(RequestState.Expired) with { Lane = Lane.RealTime }]).Single().Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Urgent_calls_by_the_clock_are_found_with_what_they_cost()
    {
        MonitoredCost[] calls = [.. Enumerable.Range(0, 40).Select(i => new MonitoredCost("cron", "gpt-4o", Lane.RealTime, Priority.Urgent, s_now.AddMinutes(15 * i).AddSeconds(i % 7), 0.01m))];
        Finding finding = Assert.Single(UrgencyRule.CheckClocks(calls));

        Assert.Equal(("clockwork", "cron, gpt-4o, urgent"), (finding.Rule, finding.Subject));
        Assert.Contains("every 15m00s", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("they cost $0.4", finding.Evidence, StringComparison.Ordinal);
        Assert.Empty(UrgencyRule.CheckClocks(calls.Select(call => call with { Priority = Priority.Low })));
    }

    [Fact]
    public void An_empty_window_has_no_findings() => Assert.Empty(new MonitoringWindow { Until = s_now }.Findings());

    private static IEnumerable<EndedRequest> Waits(int seconds, Lane lane, int count) =>
        Enumerable.Range(0, count).Select(_ => Request(RequestState.Succeeded) with { Lane = lane, FinishedAt = s_now.AddSeconds(seconds), Deadline = s_now.AddDays(1) });

    private static EndedRequest Request(RequestState state) =>
        new("team-a", "gpt-4o", Priority.Standard, Lane.Batch, state, s_now, s_now.AddHours(1), s_now.AddMinutes(1), null, null);
}
