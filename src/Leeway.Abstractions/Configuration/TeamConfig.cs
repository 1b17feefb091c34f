namespace Leeway;

/// <summary>What holds for all keys of a team.</summary>
public sealed record TeamConfig
{
    /// <summary>What their calls may cost together in a period; null is no bound.</summary>
    public Budget? Budget { get; init; }
}
