namespace Leeway;

/// <summary>A node as its row stands.</summary>
public sealed record NodeRecord
{
    /// <summary>Its number.</summary>
    public required int Id { get; init; }

    /// <summary>What the operator calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Grows each time the number's work changes hands.</summary>
    public required long Epoch { get; init; }

    /// <summary>When it last joined, by the database's clock, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its lease ends or ended, by the database's clock, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Whether that is over, by the database's clock.</summary>
    public required bool IsExpired { get; init; }

    /// <summary>Who holds its work; null while it does so itself.</summary>
    public int? HeldBy { get; init; }

    /// <summary>Where its admin listener is, for people.</summary>
    public string? Address { get; init; }

    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    /// <summary>Whether it works: it holds its own work and its lease is in force.</summary>
    public bool IsLive => HeldBy is null && !IsExpired;
}
