using Leeway.Cli.Estimates.Kinds;
using Leeway.Economics.Compute;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Parts;

namespace Leeway.Cli.Estimates;

/// <summary>A scenario file as written: names are not looked up yet. Null is not written.</summary>
internal sealed record WrittenScenario
{
    public int Version { get; init; } = 1;

    public string? Name { get; init; }

    public string? About { get; init; }

    public MonthLength Month { get; init; }

    /// <summary>For workloads served by the token where the part names none.</summary>
    public string? Model { get; init; }

    public IReadOnlyDictionary<string, PriceConfig> Prices { get; init; } = new Dictionary<string, PriceConfig>();

    public IReadOnlyDictionary<string, WrittenWorkload> Workloads { get; init; } = new Dictionary<string, WrittenWorkload>();

    public IReadOnlyDictionary<string, IReadOnlyList<WrittenPart>> Options { get; init; } = new Dictionary<string, IReadOnlyList<WrittenPart>>();

    public IReadOnlyList<WrittenClaim> Printed { get; init; } = [];
}

internal sealed record WrittenWorkload
{
    /// <summary>Requests a day.</summary>
    public decimal Rate { get; init; }

    public int Input { get; init; }

    public int Output { get; init; }

    public decimal? Cacheable { get; init; }

    public decimal? CacheWrites { get; init; }

    public bool CacheForAnHour { get; init; }

    public TimeSpan? Deadline { get; init; }
}

/// <summary>One of by, endpoint, serverless, spot, reserved and fixed decides what it is.</summary>
internal sealed record WrittenPart
{
    public string? Serve { get; init; }

    public decimal? Share { get; init; }

    public TokenLane? By { get; init; }

    public string? Model { get; init; }

    public bool? Cached { get; init; }

    public string? Endpoint { get; init; }

    public int? Count { get; init; }

    public decimal? Hours { get; init; }

    public string? Window { get; init; }

    /// <summary>Requests a day and instance.</summary>
    public decimal? Capacity { get; init; }

    public string? Serverless { get; init; }

    public TimeSpan? Takes { get; init; }

    public decimal? Memory { get; init; }

    public decimal? Cpus { get; init; }

    public decimal? ColdShare { get; init; }

    public Between? ColdStart { get; init; }

    public string? Spot { get; init; }

    /// <summary>A day.</summary>
    public decimal? Interruptions { get; init; }

    public TimeSpan? CheckpointEvery { get; init; }

    public TimeSpan? CheckpointTakes { get; init; }

    public TimeSpan? Restart { get; init; }

    public string? Reserved { get; init; }

    public IReadOnlyList<decimal>? Demand { get; init; }

    public PeriodicAmount? Fixed { get; init; }

    public string? Name { get; init; }

    public string? Source { get; init; }

    public Between? Discount { get; init; }

    public TimeSpan? Turnaround { get; init; }
}

internal sealed record WrittenClaim
{
    public string Says { get; init; } = "";

    public string Option { get; init; } = "";

    public string? Against { get; init; }

    public CostSpan? Per { get; init; }

    public CostSpan? AgainstPer { get; init; }

    public Bound Bound { get; init; }

    public decimal? Usd { get; init; }

    public decimal? Percent { get; init; }

    public string? Because { get; init; }
}
