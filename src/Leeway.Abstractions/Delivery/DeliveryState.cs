namespace Leeway;

/// <summary>Where a delivery is. Numbers are persisted.</summary>
public enum DeliveryState
{
    /// <summary>Not tried yet.</summary>
    Pending = 1,

    /// <summary>Tried without success; will be tried again.</summary>
    Retrying = 2,

    /// <summary>The target took it. Final.</summary>
    Delivered = 10,

    /// <summary>Given up; kept and replayable.</summary>
    Failed = 11,
}
