using System.Runtime.CompilerServices;

namespace Leeway.Economics;

/// <summary>Tokens of one class and the price they are charged at, which may be that of another class.</summary>
/// <param name="Class">As in <see cref="TokenClasses"/>.</param>
/// <param name="Tokens">Of this class alone.</param>
/// <param name="PerMillion">USD per million tokens; null when unknown.</param>
public readonly record struct TokenCharge(string Class, long Tokens, decimal? PerMillion)
{
    private const decimal PerToken = 0.000001m;

    /// <summary>USD. No tokens cost nothing even without a price: embeddings have no output price and need none.</summary>
    public decimal? Amount => Tokens == 0 ? 0m : Tokens * PerMillion * PerToken;
}

/// <summary>The charges of one answer, class by class.</summary>
[InlineArray(Length)]
public struct TokenCharges
{
    internal const int Length = 8;
    private TokenCharge _first;
}
