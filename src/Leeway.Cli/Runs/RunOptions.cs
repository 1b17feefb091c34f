namespace Leeway.Cli.Runs;

/// <summary>What the user asked of <c>run</c>.</summary>
internal sealed record RunOptions
{
    public const string StandardOutput = "-";

    /// <summary>As written.</summary>
    public required string Input { get; init; }

    /// <summary>What the input is called in messages; null: as written.</summary>
    public string? Shown { get; init; }

    /// <summary>As written; <c>-</c> is standard output.</summary>
    public required string Output { get; init; }

    public required RunParameters Parameters { get; init; }

    /// <summary>Null: a day.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public decimal? MaxCost { get; init; }

    /// <summary>The id of a mail address, or null.</summary>
    public string? Mail { get; init; }

    /// <summary>The id of a new run; null makes one.</summary>
    public RunId? Run { get; init; }

    public bool Yes { get; init; }

    public bool Restart { get; init; }

    public bool ToStandardOutput => Output == StandardOutput;
}
