namespace Leeway;

/// <summary>How a deployment's batches are taken to be at present. Numbers are persisted.</summary>
public enum TurnaroundRegime
{
    /// <summary>As they usually are.</summary>
    Healthy = 1,

    /// <summary>Several times slower than usual.</summary>
    Degraded = 2,

    /// <summary>Hardly any end.</summary>
    Stalled = 3,
}
