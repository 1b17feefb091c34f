namespace Leeway.Economics.Monitoring;

/// <summary>Measurements between two instants.</summary>
public sealed record MonitoringWindow
{
    /// <summary>Its end; what is open then is open.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Requests that ended in it.</summary>
    public IReadOnlyList<EndedRequest> Requests { get; init; } = [];

    /// <summary>Attempts that were paid in it.</summary>
    public IReadOnlyList<MonitoredCost> Costs { get; init; } = [];

    /// <summary>Endpoints paid by the hour, where their capacity is known.</summary>
    public IReadOnlyList<EndpointUse> Endpoints { get; init; } = [];

    /// <summary>Everything the rules find, rule by rule.</summary>
    public IReadOnlyList<Finding> Findings() =>
    [
        .. UtilisationRule.Check(Endpoints), .. LatencyRule.Check(Requests), .. AdherenceRule.Check(Requests), .. CostRule.Check(Costs),
        .. UrgencyRule.CheckPickups(Requests, Until), .. UrgencyRule.CheckClocks(Costs),
    ];
}
