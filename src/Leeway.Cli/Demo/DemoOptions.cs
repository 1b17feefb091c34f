namespace Leeway.Cli.Demo;

/// <summary>How the demo runs.</summary>
internal sealed record DemoOptions
{
    /// <summary>Run <see cref="Hours"/> of traffic, drain, print the summary and stop.</summary>
    public bool Once { get; init; }

    /// <summary>The summary of <see cref="Once"/> as one JSON object.</summary>
    public bool Json { get; init; }

    /// <summary>Seconds on the demo's clock per second here.</summary>
    public double Scale { get; init; } = 60;

    /// <summary>Length of the traffic of <see cref="Once"/>, on the demo's clock.</summary>
    public double Hours { get; init; } = 2;

    /// <summary>Of the traffic and of the simulated provider.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>When to stop without <see cref="Once"/>, in time here; null is at Ctrl-C.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>A folder to keep; null is a temporary one, deleted at the end.</summary>
    public string? Data { get; init; }

    /// <summary>Whether standard output is a terminal, which gets a live view.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Time here, outside the demo's clock.</summary>
    public TimeProvider RealTime { get; init; } = TimeProvider.System;
}
