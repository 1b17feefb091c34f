using Leeway.Batching.Packing;
using Leeway.Planning.Turnaround;

namespace Leeway.Tests.Batching.Packing;

public sealed class PackValueTests
{
    // Half are back after an hour, nine in ten after two, one in a hundred never.
    private static readonly SurvivalCurve s_curve = new([3600, 7200, 10_800], [0.5, 0.1, 0.01]);

    [Fact]
    public void A_place_is_worth_most_to_whom_the_next_batch_would_come_too_late()
    {
        double Gain(double hours) => PackValue.Gain(s_curve, TimeSpan.FromHours(hours));
        Assert.Equal(0, Gain(-1));
        Assert.Equal(0, Gain(0.5));
        Assert.Equal(0.5, Gain(1.5), 9);
        Assert.Equal(0.9 - (0.99 * 0.5), Gain(2.5), 9);
        Assert.Equal(0.99 - (0.99 * 0.9), Gain(3.5), 9);
        Assert.Equal(0.99 - (0.99 * 0.99), Gain(30), 9);
        Assert.True(Gain(30) > Gain(0.5));
    }

    [Fact]
    public void Without_a_next_batch_in_sight_it_is_the_chance_to_be_back_in_time()
    {
        var stalled = new SurvivalCurve([3600], [0.7]);
        Assert.Equal(0.3, PackValue.Gain(stalled, TimeSpan.FromHours(2)), 9);
        Assert.Equal(0, PackValue.Gain(SurvivalCurve.Never, TimeSpan.FromDays(9)));
    }
}
