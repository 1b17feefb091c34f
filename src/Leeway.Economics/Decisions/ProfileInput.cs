namespace Leeway.Economics.Decisions;

/// <summary>What a verdict depends on.</summary>
public enum ProfileInput
{
    /// <summary><see cref="WorkloadProfile.Latency"/>.</summary>
    Latency = 0,

    /// <summary><see cref="WorkloadProfile.Urgent"/>.</summary>
    Urgent = 1,

    /// <summary><see cref="WorkloadProfile.RequestsPerDay"/>.</summary>
    RequestsPerDay = 2,

    /// <summary><see cref="WorkloadProfile.RequestsPerBatch"/>.</summary>
    RequestsPerBatch = 3,

    /// <summary><see cref="WorkloadProfile.Predictability"/>.</summary>
    Predictability = 4,

    /// <summary><see cref="WorkloadProfile.CostWeight"/>.</summary>
    CostWeight = 5,

    /// <summary><see cref="WorkloadProfile.RevenueCritical"/>.</summary>
    RevenueCritical = 6,
}
