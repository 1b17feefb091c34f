using Leeway.Simulation.Traces;
using Leeway.Traces;

namespace Leeway.Tests.Simulation.Traces;

public sealed class TrafficTests
{
    private static readonly IReadOnlyList<TraceRequest> s_trace = [new(5_000_000, 10, 1), new(6_000_000, 20, 2), new(9_000_000, 30, 3)];

    [Fact]
    public void A_trace_repeats_with_its_own_gaps_until_there_is_enough()
    {
        var traffic = Traffic.Of("three", s_trace, DeadlineClass.ParseMix("15m"), 1, count: 7);

        Assert.Equal([0, 1, 4, 6, 7, 10, 12], traffic.Requests.Select(static request => request.At.TotalSeconds));
        Assert.Equal([10, 20, 30, 10, 20, 30, 10], traffic.Requests.Select(static request => request.InputTokens));
    }

    [Fact]
    public void Twice_as_fast_halves_every_gap() =>
        Assert.Equal([0, 0.5, 2], Traffic.Of("three", s_trace, DeadlineClass.ParseMix("15m"), 1, scale: 2).Requests.Select(static request => request.At.TotalSeconds));

    [Fact]
    public void Classes_come_by_their_shares_and_by_the_requests_number_alone()
    {
        IReadOnlyList<DeadlineClass> mix = DeadlineClass.ParseMix("15m:20, 1h:30, 24h:50");
        var traffic = Traffic.Poisson(5, 50_000, mix, 3);

        Assert.Equal([TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromDays(1)], mix.Select(static part => part.Wait));
        Assert.Equal(0.2, traffic.Requests.Count(static request => request.Class == 0) / 5e4, 0.01);
        Assert.Equal(0.5, traffic.Requests.Count(static request => request.Class == 2) / 5e4, 0.01);
        Assert.Equal(traffic.Requests.Take(100).Select(static request => request.Class), Traffic.Poisson(9, 100, mix, 3).Requests.Select(static request => request.Class));
        Assert.Equal(5, traffic.Requests.Count / traffic.Length.TotalSeconds, 0.1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("15")]
    [InlineData("15m:0")]
    [InlineData("15m:20:1")]
    [InlineData("40d")]
    [InlineData("soon:3")]
    public void Another_text_is_no_mix(string text) => Assert.Throws<FormatException>(() => DeadlineClass.ParseMix(text));
}
