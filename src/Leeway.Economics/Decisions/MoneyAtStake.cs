namespace Leeway.Economics.Decisions;

/// <summary>USD in 30 days. What is not known is null, and <paramref name="Unknown"/> says why.</summary>
/// <param name="RealTime">Everything at once.</param>
/// <param name="Split">What somebody waits for at once, the rest in batches.</param>
/// <param name="Flex">What somebody waits for at once, the rest on the flex tier.</param>
/// <param name="AsDecided">By the verdict.</param>
/// <param name="Unknown">Why something is null.</param>
public sealed record MoneyAtStake(decimal? RealTime, decimal? Split, decimal? Flex, decimal? AsDecided, string? Unknown)
{
    /// <summary>The days of a month in these figures.</summary>
    public const int Days = 30;

    /// <summary>What batching the rest saves: gained by batch and hybrid, given up by real time.</summary>
    public decimal? AtStake => RealTime - Split;
}
