using Leeway.Economics;
using Leeway.Planning.Flex;
using Leeway.Planning.Ladder;
using Leeway.Routing;
using Leeway.Tests.Batching;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Planning.Flex;

public sealed class FlexGateTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly MutableConfig _config = new(PathFixture.DefaultConfig);
    private readonly FlexGate _gate;
    private readonly Deployment _deployment;

    public FlexGateTests()
    {
        _gate = new FlexGate(_config, PriceCatalog.BuiltIn, [FakeVendor.WithFlex(_clock)]);
        _deployment = Find("gpt-5-mini");
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    private FlexForecast Forecast => _gate.ForecastOf(_deployment, "/v1/chat/completions", Now)!;

    private bool IsOpen
    {
        get
        {
            // What was not refused by now is told with the next question.
            _ = Forecast;
            return _gate.IsOpen(_deployment.Id);
        }
    }

    [Fact]
    public void There_is_no_flex_without_tier_price_endpoint_or_leave()
    {
        Assert.Null(_gate.WhyNone(_deployment, PathFixture.Chat, Now));
        Assert.Contains("does not serve /v1/embeddings", _gate.WhyNone(_deployment, "/v1/embeddings", Now));
        Assert.Contains("no price is known for gpt-4o", _gate.WhyNone(Find("gpt-4o"), PathFixture.Chat, Now));
        Assert.Null(_gate.ForecastOf(Find("gpt-4o"), "/v1/chat/completions", Now));
        var plain = new FlexGate(_config, PriceCatalog.BuiltIn, [new FakeVendor(_clock)]);
        Assert.Contains("no flex tier", plain.WhyNone(_deployment, PathFixture.Chat, Now));
        _config.Set(_config.Current with { Lanes = new LanesConfig { Flex = new FlexLaneConfig { Enabled = false } } });
        Assert.Contains("lanes.flex.enabled", _gate.WhyNone(_deployment, PathFixture.Chat, Now));
        Assert.Null(_gate.ForecastOf(_deployment, "/v1/chat/completions", Now));
    }

    [Fact]
    public void Before_any_try_the_assumptions_hold()
    {
        Assert.Equal((0.6, true, Minute), (Forecast.Acceptance, IsOpen, Forecast.RetryEvery));
        Assert.Equal((1, 0), (Forecast.Service.At(Minute), Forecast.Service.At(10 * Minute)));
        Assert.InRange(Forecast.Service.Quantile(0.5)!.Value, 5 * Minute, 6.5 * Minute);
    }

    [Fact]
    public void A_tier_that_refuses_everything_is_closed_and_then_probed_by_one_call_each_minute()
    {
        long before = _gate.Revision;
        RefuseAll(8);
        Assert.False(IsOpen);
        Assert.True(_gate.Revision > before);
        Assert.Null(_gate.Begin(_deployment, Now));
        for (int probes = 0; probes < 5; probes++)
        {
            Assert.Equal(Minute, Forecast.RetryEvery);
            _clock.Advance(Minute - TimeSpan.FromSeconds(1));
            Assert.Null(_gate.Begin(_deployment, Now));
            _clock.Advance(TimeSpan.FromSeconds(1));
            FlexTry probe = _gate.Begin(_deployment, Now)!;
            Assert.True(probe.IsProbe);

            // One at a time.
            Assert.Null(_gate.Begin(_deployment, Now));
            _gate.Refused(probe, Now);
        }
    }

    [Fact]
    public void A_probe_that_is_not_refused_at_once_opens_the_tier_before_its_answer()
    {
        RefuseAll(8);
        _clock.Advance(Minute);
        FlexTry probe = _gate.Begin(_deployment, Now)!;
        Assert.False(IsOpen);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(IsOpen);
        Assert.False(_gate.Begin(_deployment, Now)!.IsProbe);
        _gate.Served(probe, Now);
        Assert.True(IsOpen);
    }

    [Fact]
    public void A_burst_whose_refusals_come_before_its_answers_does_not_close_the_tier()
    {
        FlexTry[] tries = [.. Enumerable.Range(0, 50).Select(_ => _gate.Begin(_deployment, Now)!)];
        for (int i = 0; i < tries.Length; i++)
        {
            if (i % 5 is 1 or 3)
            {
                _gate.Refused(tries[i], Now);
            }
        }

        Assert.True(IsOpen);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.InRange(Forecast.Acceptance, 0.55, 0.65);
    }

    [Fact]
    public void How_long_the_tier_stays_open_and_closed_is_learnt()
    {
        Assert.Equal((TimeSpan.FromHours(9), TimeSpan.FromHours(1)), (Forecast.OpenFor, Forecast.ClosedFor));
        for (int days = 0; days < 20; days++)
        {
            // Two hours closed, two open.
            RefuseAll(16);
            Probe(118, refused: true);
            Probe(1, refused: false);
            _clock.Advance(TimeSpan.FromSeconds(10));
            Assert.True(IsOpen);
            for (int minutes = 0; minutes < 120; minutes++)
            {
                _gate.Begin(_deployment, Now);
                _clock.Advance(Minute);
            }
        }

        Assert.InRange(Forecast.ClosedFor, TimeSpan.FromHours(1.7), TimeSpan.FromHours(2.2));
        Assert.InRange(Forecast.OpenFor, TimeSpan.FromHours(1.8), TimeSpan.FromHours(2.5));
        Assert.InRange(Forecast.Closed, 0, 0.02);
    }

    [Fact]
    public void A_try_that_was_accepted_just_now_speaks_against_eight_refusals_in_a_row_but_not_against_sixteen()
    {
        for (int i = 0; i < 40; i++)
        {
            FlexTry one = _gate.Begin(_deployment, Now)!;
            if (i % 2 == 0)
            {
                _gate.Refused(one, Now);
            }
        }

        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.InRange(Forecast.Acceptance, 0.45, 0.55);
        RefuseAll(8);
        Assert.True(IsOpen);
        RefuseAll(8);
        Assert.False(IsOpen);
    }

    [Fact]
    public void What_a_closed_tier_refuses_says_nothing_of_how_much_an_open_one_accepts()
    {
        for (int i = 0; i < 20; i++)
        {
            _gate.Begin(_deployment, Now);
        }

        _clock.Advance(TimeSpan.FromSeconds(10));
        double open = Forecast.Acceptance;
        RefuseAll(16);
        Assert.False(IsOpen);
        Assert.InRange(Forecast.Acceptance, open - 0.01, open + 0.01);
    }

    [Fact]
    public void The_estimate_forgets()
    {
        RefuseAll(7);
        Assert.True(Forecast.Acceptance < 0.2);
        _clock.Advance(TimeSpan.FromHours(3));
        Assert.InRange(Forecast.Acceptance, 0.59, 0.6);
    }

    [Fact]
    public void Service_times_move_the_curve()
    {
        for (int i = 0; i < 64; i++)
        {
            FlexTry one = _gate.Begin(_deployment, Now)!;
            _clock.Advance(TimeSpan.FromSeconds(20));
            _gate.Served(one, Now);
        }

        Assert.Equal(TimeSpan.FromSeconds(20), Forecast.Service.Quantile(0.5));
        Assert.Equal(0, Forecast.Service.Forever);
    }

    [Fact]
    public void What_the_vendor_says_it_has_not_is_left_alone_for_an_hour()
    {
        _gate.RuleOut(_gate.Begin(_deployment, Now)!, Now);
        Assert.Null(_gate.ForecastOf(_deployment, "/v1/chat/completions", Now));
        Assert.NotNull(_gate.WhyNone(_deployment, PathFixture.Chat, Now));
        _clock.Advance(60 * Minute);
        Assert.NotNull(_gate.ForecastOf(_deployment, "/v1/chat/completions", Now));
    }

    private void RefuseAll(int tries)
    {
        for (int i = 0; i < tries && _gate.Begin(_deployment, Now) is { } one; i++)
        {
            _gate.Refused(one, Now);
        }
    }

    private void Probe(int minutes, bool refused)
    {
        for (int i = 0; i < minutes; i++)
        {
            _clock.Advance(Minute);
            if (_gate.Begin(_deployment, Now) is { } probe && refused)
            {
                _gate.Refused(probe, Now);
            }
        }
    }

    private Deployment Find(string model) => new RouteTable(_config, PriceCatalog.BuiltIn, _clock).FindDeployment($"openai/{model}")!;
}
