namespace Leeway.Cli.Demo.Traffic;

/// <summary>Draws from a source of randomness.</summary>
internal sealed class Dice(IRandomSource random)
{
    public double Share() => random.NextDouble();

    public bool Chance(double probability) => random.NextDouble() < probability;

    public int Between(int min, int max) => min + (int)(random.NextDouble() * (max - min + 1));

    public T Pick<T>(IReadOnlyList<T> items) => items[(int)(random.NextDouble() * items.Count)];

    /// <summary>The gap to the next arrival of a Poisson stream.</summary>
    public TimeSpan Gap(double perSecond) => TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / perSecond);
}
