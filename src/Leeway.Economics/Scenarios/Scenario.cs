namespace Leeway.Economics.Scenarios;

/// <summary>Workloads and ways of serving them, to be compared.</summary>
public sealed record Scenario
{
    public required string Name { get; init; }

    public string? About { get; init; }

    public MonthLength Month { get; init; }

    public required IReadOnlyList<Workload> Workloads { get; init; }

    public required IReadOnlyList<ScenarioOption> Options { get; init; }

    public IReadOnlyList<Claim> Claims { get; init; } = [];

    public ScenarioOption? Find(string option) => Options.FirstOrDefault(known => known.Name == option);
}
