namespace Leeway.Planning.Ladder;

/// <summary>What a way on from a state comes to.</summary>
/// <param name="Value">What is minimised: money, shadow prices and the price of a miss times its chance.</param>
/// <param name="Money">Expected price, as a share of the real-time price.</param>
/// <param name="Miss">The chance of no result by the deadline.</param>
internal readonly record struct LaneWorth(double Value, double Money, double Miss)
{
    /// <summary>A way that is not open.</summary>
    public static LaneWorth None { get; } = new(double.PositiveInfinity, double.NaN, 1);

    /// <summary>Whether the way is open.</summary>
    public bool IsOpen => !double.IsPositiveInfinity(Value);

    /// <summary>This with a chance, else <paramref name="other"/>.</summary>
    public LaneWorth Or(double chance, in LaneWorth other) => new(
        (chance * Value) + ((1 - chance) * other.Value),
        (chance * Money) + ((1 - chance) * other.Money),
        (chance * Miss) + ((1 - chance) * other.Miss));

    /// <summary>This after <paramref name="money"/> was paid, and <paramref name="shadow"/> of shared limits used.</summary>
    public LaneWorth After(double money, double shadow = 0) => new(Value + money + shadow, Money + money, Miss);
}
