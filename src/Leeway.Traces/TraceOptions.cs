namespace Leeway.Traces;

/// <summary>How traces are read.</summary>
public sealed record TraceOptions
{
    /// <summary>Field → column, in the words of <see cref="Columns.TraceField"/>; what is not named is guessed.</summary>
    public IReadOnlyDictionary<string, string> Map { get; init; } = new Dictionary<string, string>();

    /// <summary>The model of rows that name none; null: they stay without one.</summary>
    public string? Model { get; init; }

    /// <summary>Prices by model.</summary>
    public required IPriceCatalog Prices { get; init; }

    /// <summary>The instant whose prices hold.</summary>
    public required DateTimeOffset PricesAt { get; init; }

    /// <summary>Where the working database lives while the trace is read, in a folder of its own that goes with it; null: the system's temporary folder.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>Bytes that the working database may hold in memory; beyond that it uses its folder.</summary>
    public long MemoryLimit { get; init; } = 384_000_000;

    /// <summary>Threads of the working database; null: one per processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Spreads the requests of a coarse clock over its tick and draws generated ones.</summary>
    public int Seed { get; init; } = 1;
}
