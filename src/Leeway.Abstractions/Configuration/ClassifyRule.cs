using System.Collections.ObjectModel;

namespace Leeway;

/// <summary>Gives requests that say nothing of their own a priority or a deadline. Exactly one of the two is set.</summary>
public sealed record ClassifyRule
{
    public ClassifyCondition When { get; init; } = new();

    /// <summary><c>urgent</c>, <c>standard</c> or <c>low</c>.</summary>
    public string? Priority { get; init; }

    /// <summary>From acceptance; zero means now.</summary>
    public TimeSpan? Deadline { get; init; }
}

/// <summary>All that is set must hold; at least one is.</summary>
public sealed record ClassifyCondition
{
    /// <summary>The request path, such as <c>/v1/embeddings</c>; a trailing <c>*</c> matches any rest.</summary>
    public string? Path { get; init; }

    /// <summary>The model asked for; a trailing <c>*</c> matches any rest.</summary>
    public string? Model { get; init; }

    /// <summary>The name of the key.</summary>
    public string? Key { get; init; }

    /// <summary>Header name → exact value; names compare without case.</summary>
    public IReadOnlyDictionary<string, string> Header { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The local time at which the request arrives.</summary>
    public WindowConfig? Hours { get; init; }
}
