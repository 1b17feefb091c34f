using Leeway.Economics.Scenarios.Figures;
using Leeway.Economics.Scenarios.Parts;

namespace Leeway.Economics.Scenarios;

/// <summary>One way of serving a scenario's workloads.</summary>
public sealed record ScenarioOption(string Name, IReadOnlyList<ScenarioPart> Parts)
{
    /// <summary>All parts together, in USD per span.</summary>
    public Figure Cost(Billing billing) => Figure.Sum([.. Parts.Select(part => part.Cost(billing))]).Named(Name);

    /// <summary>The workloads whose answers come too late this way.</summary>
    public IReadOnlyList<ScenarioPart> Late => [.. Parts.Where(part => part.Serves?.Deadline < part.Turnaround)];
}
