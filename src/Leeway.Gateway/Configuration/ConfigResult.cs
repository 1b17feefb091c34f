using System.Collections.ObjectModel;

namespace Leeway.Gateway.Configuration;

/// <summary>The outcome of loading: a configuration, or the errors that forbid one, never both.</summary>
public sealed record ConfigResult
{
    /// <summary>Null when there is an error.</summary>
    public LeewayConfig? Config { get; init; }

    /// <summary>All that is wrong, in the order of the sources.</summary>
    public required IReadOnlyList<ConfigProblem> Problems { get; init; }

    /// <summary>Path of each setting → <c>leeway.yaml:4</c>, <c>env LEEWAY__SERVER__LISTEN</c>, <c>command line</c> or <c>default</c>.</summary>
    public required IReadOnlyDictionary<string, string> Origins { get; init; }

    /// <summary>The main file that was read; null without one.</summary>
    public string? File { get; init; }

    /// <summary>Every file that took part, secrets included, with the hash of what was read from it.</summary>
    internal IReadOnlyDictionary<string, string> Fingerprint { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public bool HasErrors => Problems.Any(problem => problem.Severity == ConfigSeverity.Error);
}
