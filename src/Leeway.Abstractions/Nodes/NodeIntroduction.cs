namespace Leeway;

/// <summary>What a node says of itself when it joins.</summary>
/// <param name="Name">What the operator calls it.</param>
/// <param name="Address">Where its admin listener is, for people; null when it has none.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Lease">How long its lease lasts without being renewed.</param>
public sealed record NodeIntroduction(string Name, string? Address, string Version, TimeSpan Lease)
{
    /// <summary>Whether it is to get a new number, although its folder has one: that one was taken from it while it ran.</summary>
    public bool Anew { get; init; }
}
