namespace Leeway.Economics.Import;

/// <summary>Decimals as people write them.</summary>
internal static class ExactDecimal
{
    /// <summary>The same number without the zeros at its end, which multiplication leaves.</summary>
    public static decimal Trimmed(decimal number) => number / 1.0000000000000000000000000000m;
}
