namespace Leeway.Cli.Runs;

/// <summary>What a run must remember to be taken up again, kept beside its output.</summary>
internal sealed record RunState
{
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>The run's id at the gateway.</summary>
    public required string Run { get; init; }

    public required string Input { get; init; }

    public required string InputSha256 { get; init; }

    public required RunParameters Parameters { get; init; }

    /// <summary>Fixed when the run first started.</summary>
    public required DateTimeOffset Deadline { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The id of the mail address to tell of the end, or null.</summary>
    public string? Mail { get; init; }

    /// <summary>Good lines.</summary>
    public required int Requests { get; init; }

    /// <summary>The summary, once every result is in the output.</summary>
    public RunEnd? End { get; init; }
}

/// <summary>How a run ended.</summary>
internal sealed record RunEnd
{
    public int Succeeded { get; init; }

    public int Failed { get; init; }

    public int Expired { get; init; }

    public int Cancelled { get; init; }

    /// <summary>Lines that were never accepted.</summary>
    public int Refused { get; init; }

    public decimal? CostUsd { get; init; }

    public decimal? ListCostUsd { get; init; }

    public decimal? SavedUsd { get; init; }

    /// <summary>From the end to the deadline; negative when it ended late.</summary>
    public double SecondsToDeadline { get; init; }

    public int ExitCode =>
        Expired > 0 ? Cli.ExitCode.DeadlineMissed
        : Failed + Cancelled + Refused > 0 ? Cli.ExitCode.PartialFailure
        : Cli.ExitCode.Ok;
}
