using CsCheck;
using Leeway.Guard;
using Leeway.Queue;

namespace Leeway.Tests.Guard;

public sealed class DemandProfileTests
{
    [Fact]
    public void Certain_demand_falls_short_exactly_when_earliest_first_cannot_make_it() =>
        Gen.Select(Gen.Select(Gen.Int[0, 20], Gen.Int[1, 30]).Array[1, 12], Gen.Int[1, 8]).Sample((demands, rate) =>
        {
            var profile = new DemandProfile();
            foreach ((int slice, int amount) in demands)
            {
                JobSums job = default;
                profile.Add(slice, amount, 1, ref job);
            }

            Assert.Equal(MissesEarliestFirst(demands, rate), profile.Shortfall(rate, 0, 0) > 0);
        });

    [Fact]
    public void Slack_is_the_longest_wait_after_which_nothing_is_short_even_if_no_job_came_back() =>
        Gen.Select(Gen.Select(Gen.Int[0, 2000], Gen.Int[1, 30]).Array[1, 12], Gen.Int[1, 8]).Sample((demands, rate) =>
        {
            // What slack says with every job uncertain, shortfall says with every job lost, at the end of the wait and a moment after it.
            (DemandProfile uncertain, DemandProfile lost) = (new DemandProfile(), new DemandProfile());
            foreach ((int slice, int amount) in demands)
            {
                JobSums job = default;
                uncertain.Add(slice, amount, 0.01, ref job);
                lost.Add(slice, amount, 1, ref job);
            }

            double slack = uncertain.Slack(rate, 0, 0.1);
            Assert.Equal(0, lost.Shortfall(rate, -slack - 1e-6, 0.1) > 1e-3 ? 1 : 0);
            Assert.True(lost.Shortfall(rate, -slack - 1, 0.1) > 0);
        });

    // Starts one request after another, those that must start first being first, each in 1/rate seconds.
    private static bool MissesEarliestFirst((int Slice, int Amount)[] demands, int rate)
    {
        double started = 0;
        foreach ((int slice, int amount) in demands.OrderBy(demand => demand.Slice))
        {
            started += amount;
            if (started / rate > slice * DemandJob.SliceSeconds)
            {
                return true;
            }
        }

        return false;
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.05)]
    public void One_uncertain_job_counts_as_all_of_it(double unfinished)
    {
        var profile = new DemandProfile();
        JobSums job = default;
        profile.Add(100, 20_000, unfinished, ref job);
        Assert.Equal(20_000, profile.Shortfall(0, 0, 0), 6);
    }

    [Theory]
    [InlineData(1000, 0.05)]
    [InlineData(400, 0.3)]
    public void Many_jobs_count_as_little_more_than_their_mean_and_are_still_bounded(int jobs, double unfinished)
    {
        var profile = new DemandProfile();
        var random = new Random(7);
        for (int i = 0; i < jobs; i++)
        {
            JobSums job = default;
            profile.Add(i % 10, 500, unfinished, ref job);
            profile.Add(10 + (i % 5), 500, unfinished, ref job);
        }

        double bound = profile.Shortfall(0, 0, 0);
        int above = 0;
        const int Samples = 5000;
        for (int sample = 0; sample < Samples; sample++)
        {
            int unfinishedJobs = 0;
            for (int i = 0; i < jobs; i++)
            {
                unfinishedJobs += random.NextDouble() < unfinished ? 1 : 0;
            }

            above += unfinishedJobs * 1000.0 > bound ? 1 : 0;
        }

        Assert.InRange(above / (double)Samples, 0, DemandProfile.Doubt);
        Assert.InRange(bound, jobs * 1000 * unfinished, jobs * 1000 * Math.Min(1, 2.2 * unfinished));
    }

    [Fact]
    public void What_is_far_off_has_all_the_time_until_then()
    {
        var profile = new DemandProfile();
        JobSums job = default;
        profile.Add(720, 20_000, 1, ref job);
        Assert.Equal(0, profile.Shortfall(10, 0, 0.1));
        Assert.Equal(22_000 - 18_000, profile.Shortfall(5, 0, 0.1), 6);
        profile.Clear();
        Assert.Equal(0, profile.Shortfall(0, 0, 0.1));
    }
}
