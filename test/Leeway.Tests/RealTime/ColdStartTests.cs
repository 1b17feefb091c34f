using System.Diagnostics.Metrics;
using Leeway.RealTime;
using Leeway.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.RealTime;

public sealed class ColdStartTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly LeewayInstruments _instruments = new();
    private readonly ColdStarts _starts;

    public ColdStartTests() => _starts = new ColdStarts(_clock, _instruments);

    public void Dispose() => _instruments.Dispose();

    [Fact]
    public void The_first_call_and_those_after_five_idle_minutes_may_be_cold()
    {
        Deployment deployment = Of("a");
        bool first = _starts.MayBeCold(deployment);
        Note(deployment, 9);
        _clock.Advance(ColdStarts.Idle);
        bool awake = _starts.MayBeCold(deployment);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((true, false, true), (first, awake, _starts.MayBeCold(deployment)));
        Assert.True(_starts.MayBeCold(Of("b")));
    }

    [Fact]
    public void A_start_is_the_median_after_idle_less_the_median_awake()
    {
        Deployment deployment = Of("a");
        foreach (double cold in (double[])[8, 9, 60])
        {
            Note(deployment, cold);
            foreach (double warm in (double[])[0.5, 0.6, 30])
            {
                Note(deployment, warm);
            }

            _clock.Advance(TimeSpan.FromHours(1));
        }

        ColdStartView view = Assert.Single(_starts.Views);
        Assert.Equal((3L, 9L), (view.AfterIdle, view.Awake));
        Assert.Equal(8.4, view.ColdStart!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void What_was_not_seen_is_unknown()
    {
        Note(Of("a"), 4);

        ColdStartView view = Assert.Single(_starts.Views);
        Assert.Equal((TimeSpan.FromSeconds(4), null, null), (view.ColdFirstByte, view.WarmFirstByte, view.ColdStart));
    }

    [Fact]
    public void Deployments_beyond_any_configuration_are_given_time_and_take_no_memory()
    {
        for (int i = 0; i < 1500; i++)
        {
            Note(Of($"m{i}"), 1);
        }

        Assert.Equal(1000, _starts.Views.Count);
        Assert.True(_starts.MayBeCold(Of("m1400")));
    }

    [Fact]
    public void Only_calls_after_idle_are_in_the_histogram()
    {
        var seen = new List<double>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (ReferenceEquals(instrument, _instruments.ColdStart)) { self.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => seen.Add(value));
        listener.Start();

        Note(Of("a"), 7);
        Note(Of("a"), 1);

        Assert.Equal([7.0], seen);
    }

    private void Note(Deployment deployment, double seconds) => _starts.Note(deployment, _starts.MayBeCold(deployment), TimeSpan.FromSeconds(seconds));

    private static Deployment Of(string model) => new() { Id = "f/" + model, Provider = "f", Kind = "container-instances", Model = model, BaseUrl = new Uri("http://localhost/v1") };
}
