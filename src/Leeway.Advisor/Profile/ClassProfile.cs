namespace Leeway.Advisor.Profile;

/// <summary>Requests that have a sender, a route or a model in common.</summary>
public sealed record ClassProfile
{
    /// <summary>What its members have in common.</summary>
    public required ClassKind Kind { get; init; }

    /// <summary>The sender, route or model; <c>(others)</c> for all beyond the largest.</summary>
    public required string Name { get; init; }

    public required long Requests { get; init; }

    public required long InputTokens { get; init; }

    public required long OutputTokens { get; init; }

    /// <summary>Requests that travelled deferred already.</summary>
    public required long AlreadyDeferred { get; init; }

    /// <summary>USD at once; the priced part, null when none is.</summary>
    public required decimal? ListCostUsd { get; init; }

    /// <summary>USD at once of what has a batch price and is not deferred already.</summary>
    public required decimal? OpenListCostUsd { get; init; }

    /// <summary>USD of the same in provider batches.</summary>
    public required decimal? OpenBatchCostUsd { get; init; }

    /// <summary>As <see cref="ArrivalProfile.GapCv"/>; null below three requests.</summary>
    public required double? GapCv { get; init; }

    /// <summary>The beat it keeps; null when none was found.</summary>
    public required Periodicity? Period { get; init; }

    /// <summary>Seconds from request to answer.</summary>
    public required double? LatencyP50Seconds { get; init; }

    /// <summary>Seconds from request to answer.</summary>
    public required double? LatencyP95Seconds { get; init; }

    /// <summary>Its share of the tokens in the busiest minutes.</summary>
    public required double? BusyShare { get; init; }
}

/// <summary>What the members of a class have in common.</summary>
public enum ClassKind
{
    /// <summary>Nothing is told apart.</summary>
    Trace = 0,

    /// <summary>A key, user or client.</summary>
    Sender = 1,

    /// <summary>An endpoint, name or tag.</summary>
    Route = 2,

    /// <summary>A model.</summary>
    Model = 3,

    /// <summary>All classes beyond the largest.</summary>
    Others = 4,
}

/// <summary>A beat found in the onsets of bursts by Rayleigh's test.</summary>
/// <param name="PeriodSeconds">The longest period that holds.</param>
/// <param name="Resultant">Length of the mean phase vector: 1 when every onset has the same phase.</param>
/// <param name="PValue">Probability of this by chance, corrected for the number of periods tried.</param>
/// <param name="Onsets">Bursts counted.</param>
public sealed record Periodicity(double PeriodSeconds, double Resultant, double PValue, long Onsets);

/// <summary>Who waits for whom: the busiest twentieth of the minutes that have traffic.</summary>
/// <param name="BusyMinutes">How many.</param>
/// <param name="TokensPerBusyMinute">At least so many each.</param>
/// <param name="Class">Who has the most tokens in them.</param>
/// <param name="ClassShare">How much of them.</param>
/// <param name="OthersP95BusySeconds">P95 of everybody else's latency in these minutes; null when the trace tells none.</param>
/// <param name="OthersP95QuietSeconds">The same in all other minutes.</param>
public sealed record Contention(long BusyMinutes, long TokensPerBusyMinute, string Class, double ClassShare, double? OthersP95BusySeconds, double? OthersP95QuietSeconds);
