namespace Leeway.Sandbox.Laws;

/// <summary>SplitMix64, keyed by seed, purpose and a number: the same key draws the same values on every machine and in any order of calls.</summary>
internal sealed class SeededRandom(int seed, string purpose, ulong key = 0)
{
    private ulong _state = Mix(Mix(Hash(purpose) ^ (uint)seed) ^ key);

    public ulong NextUInt64() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public int NextInt(int exclusiveMax) => (int)(NextDouble() * exclusiveMax);

    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    public double NextLognormal(double median, double sigma) => median * Math.Exp(sigma * NextGaussian());

    /// <summary>A permutation of 0..count-1 that is never the identity when there are two or more.</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        var moved = false;
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        for (var i = count - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            moved |= j != i;
            (order[i], order[j]) = (order[j], order[i]);
        }

        if (!moved)
        {
            Array.Reverse(order);
        }

        return order;
    }

    /// <summary>FNV-1a.</summary>
    public static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return hash;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
