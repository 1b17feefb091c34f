namespace Leeway.Simulation.Scoring;

/// <summary>One policy and class over all seeds: sums, and the spread of what depends on luck.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Sum">Added up over the seeds; its waits are the medians of the seeds' own.</param>
/// <param name="Above">Cost above the clairvoyant's, as a share: median, least and most of the seeds.</param>
/// <param name="MostMissShare">The worst seed's share of misses.</param>
public sealed record ClassSummary(string Policy, ClassScore Sum, SeedSpread Above, double MostMissShare)
{
    /// <summary>Of the same class in every seed.</summary>
    public static ClassSummary Of(string policy, IReadOnlyList<ClassScore> seeds) => new(
        policy,
        seeds[0] with
        {
            Requests = seeds.Sum(static score => score.Requests),
            Cost = seeds.Sum(static score => score.Cost),
            PaidTwice = seeds.Sum(static score => score.PaidTwice),
            ListCost = seeds.Sum(static score => score.ListCost),
            Clairvoyant = seeds.Sum(static score => score.Clairvoyant),
            AnyMoment = seeds.Sum(static score => score.AnyMoment),
            Misses = seeds.Sum(static score => score.Misses),
            Rescues = seeds.Sum(static score => score.Rescues),
            ByFlex = seeds.Sum(static score => score.ByFlex),
            ByBatch = seeds.Sum(static score => score.ByBatch),
            WaitP50 = SeedSpread.Of(seeds.Select(static score => score.WaitP50)).Median,
            WaitP95 = SeedSpread.Of(seeds.Select(static score => score.WaitP95)).Median,
        },
        SeedSpread.Of(seeds.Select(static score => score.Above)),
        seeds.Max(static score => score.MissShare));
}
