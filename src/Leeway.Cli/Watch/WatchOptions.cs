namespace Leeway.Cli.Watch;

/// <summary>What the user asked of <c>watch</c>.</summary>
internal sealed record WatchOptions
{
    /// <summary>As written.</summary>
    public required string Place { get; init; }

    /// <summary>Where copies and the state of runs are kept.</summary>
    public required string Work { get; init; }

    /// <summary>How long the requests of a file may wait, from when it is taken.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>Between two looks.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>How long a file of a folder must have stayed as it is.</summary>
    public required TimeSpan Settle { get; init; }

    /// <summary>USD that a file may cost by its quote; null: any.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>Files that are run side by side.</summary>
    public required int AtOnce { get; init; }

    /// <summary>Ends when everything that is there has been run.</summary>
    public bool Once { get; init; }
}
