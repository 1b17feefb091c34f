namespace Leeway.Cli.Runs;

/// <summary>How a file becomes requests. A run that is taken up again must have the same.</summary>
internal sealed record RunParameters
{
    /// <summary>Null: the file is an OpenAI batch file.</summary>
    public string? Template { get; init; }

    public string? Model { get; init; }

    public string? System { get; init; }

    public int? MaxTokens { get; init; }

    /// <summary>Whose values are the custom ids; null numbers the rows.</summary>
    public string? IdColumn { get; init; }

    /// <summary>Of a CSV file; without one the columns are c1, c2, ….</summary>
    public bool HasHeader { get; init; } = true;

    public bool IsCsv { get; init; }

    /// <summary>Bad lines are left out instead of stopping the run.</summary>
    public bool Partial { get; init; }
}
