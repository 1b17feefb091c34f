namespace Leeway.Chaos.Load;

/// <summary>What came back.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Id">The gateway's id of the request, if it named one.</param>
/// <param name="Body">All of it, or nothing.</param>
/// <param name="Whole">Whether the answer came to its end.</param>
internal sealed record Reply(int Status, string? Id, string Body, bool Whole)
{
    public bool Good => Whole && Status is >= 200 and < 300;
}
