namespace Leeway;

/// <summary>The one source of randomness: cryptographic in production, seeded in tests and in the simulator.</summary>
public interface IRandomSource
{
    /// <summary>Fills <paramref name="destination"/> with random bytes.</summary>
    void Fill(Span<byte> destination);

    /// <summary>A number in [0, 1).</summary>
    double NextDouble();
}
