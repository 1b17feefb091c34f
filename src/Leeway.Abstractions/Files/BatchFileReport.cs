namespace Leeway;

/// <summary>What one read of a batch file found.</summary>
public sealed record BatchFileReport
{
    /// <summary>Lines that hold something; empty ones do not count.</summary>
    public required int Lines { get; init; }

    /// <summary>How many of them cannot be accepted.</summary>
    public required int BadLines { get; init; }

    /// <summary>Length of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>The <c>url</c>s of its good lines, in order of first appearance.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>The models of its good lines, in order of first appearance, at most <see cref="MaxModels"/>.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Input tokens of its good lines, extrapolated from a sample of them.</summary>
    public long EstimatedInputTokens { get; init; }

    /// <summary>What is wrong, in order of lines, at most <see cref="MaxProblems"/>.</summary>
    public IReadOnlyList<LineProblem> Problems { get; init; } = [];

    /// <summary>Whether every line can be accepted.</summary>
    public bool IsGood => Problems.Count == 0;

    /// <summary>Problems that are told; beyond them lines are only counted.</summary>
    public const int MaxProblems = 100;

    /// <summary>Models that are told; a file may name as many as it has lines.</summary>
    public const int MaxModels = 100;
}
