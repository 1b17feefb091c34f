using System.Security.Cryptography;

namespace Leeway;

/// <summary>Randomness from the operating system; ids made from it cannot be guessed.</summary>
public sealed class SystemRandomSource : IRandomSource
{
    // A call costs more than its bytes do, so each thread takes many ids' worth at once. Bytes that were given out are wiped.
    private const int StockBytes = 1024;

    [ThreadStatic]
    private static byte[]? t_stock;

    [ThreadStatic]
    private static int t_left;

    /// <inheritdoc/>
    public void Fill(Span<byte> destination)
    {
        if (destination.Length > StockBytes)
        {
            RandomNumberGenerator.Fill(destination);
            return;
        }

        byte[] stock = t_stock ??= new byte[StockBytes];
        if (t_left < destination.Length)
        {
            RandomNumberGenerator.Fill(stock);
            t_left = StockBytes;
        }

        t_left -= destination.Length;
        Span<byte> given = stock.AsSpan(t_left, destination.Length);
        given.CopyTo(destination);
        given.Clear();
    }

    /// <inheritdoc/>
    public double NextDouble()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return (BitConverter.ToUInt64(bytes) >> 11) * (1.0 / (1UL << 53));
    }
}

/// <summary>Repeatable randomness: the same seed gives the same sequence. Safe for concurrent use.</summary>
public sealed class SeededRandomSource(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public void Fill(Span<byte> destination)
    {
        lock (_lock)
        {
            _random.NextBytes(destination);
        }
    }

    /// <inheritdoc/>
    public double NextDouble()
    {
        lock (_lock)
        {
            return _random.NextDouble();
        }
    }
}
