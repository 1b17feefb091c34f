namespace Leeway.Chaos.Load;

/// <summary>What came back.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Id">The gateway's id of the request, if it named one.</param>
/// <param name="Body">All of it, or nothing.</param>
/// <param name="Whole">Whether the answer came to its end.</param>
internal sealed record Reply(int Status, string? Id, string Body, bool Whole)
{
    /// <summary>Whether it is of no use to ask again.</summary>
    public bool IsFinal => Whole && Status is >= 400 and < 500 and not (408 or 409 or 425 or 429) || IsOverBudget;

    /// <summary>Whether the caller's budget has not enough left for it.</summary>
    public bool IsOverBudget => Whole && Status == 429 && Body.Contains("\"budget_exceeded\"", StringComparison.Ordinal);

    public bool Good => Whole && Status is >= 200 and < 300;
}
