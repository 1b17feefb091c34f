using Leeway.Simulation.Policies;
using Leeway.Simulation.Traces;
using Leeway.Traces;

namespace Leeway.Simulation;

/// <summary>What is compared, on what traffic, under what laws.</summary>
public sealed record SimulationOptions
{
    /// <summary>The configuration that the product's planner runs with.</summary>
    public required LeewayConfig Config { get; init; }

    /// <summary>Prices.</summary>
    public required IPriceCatalog Prices { get; init; }

    /// <summary>The model that all requests ask for; null: the first one of the configuration.</summary>
    public string? Model { get; init; }

    /// <summary>The trace's name and requests.</summary>
    public required (string Name, IReadOnlyList<TraceRequest> Requests) Trace { get; init; }

    /// <summary>Requests of each run; null: as many as the trace has.</summary>
    public int? Requests { get; init; }

    /// <summary>How many times as fast as the trace was.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Deadlines with their shares.</summary>
    public required IReadOnlyList<DeadlineClass> Deadlines { get; init; }

    /// <summary>A built-in law of batches, or the name of the observed ones.</summary>
    public string Law { get; init; } = "healthy";

    /// <summary>The lines of a file of observed turnarounds; null: the law is built in.</summary>
    public IReadOnlyList<string>? Observed { get; init; }

    /// <summary>The share of time that flex is closed; null: there is no flex tier.</summary>
    public double? FlexClosed { get; init; } = 0;

    /// <summary>Texts of LLMPerf's files of single calls; empty: latency is lognormal.</summary>
    public IReadOnlyList<string> Latencies { get; init; } = [];

    /// <summary>Real-time calls that the provider takes per second; null: any number.</summary>
    public double? HeadRoom { get; init; }

    /// <summary>The policies to compare.</summary>
    public IReadOnlyList<SimulatedPolicy> Policies { get; init; } = SimulatedPolicy.All;

    /// <summary>One run of every policy for each.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1];
}
