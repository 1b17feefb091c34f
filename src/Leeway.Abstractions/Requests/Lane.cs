namespace Leeway;

/// <summary>How a request travels. Numbers are persisted.</summary>
public enum Lane
{
    /// <summary>Answered from an earlier result.</summary>
    Cache = 0,

    /// <summary>Sent to the provider at once, at the full price.</summary>
    RealTime = 1,

    /// <summary>Sent at once on a cheaper, slower service tier.</summary>
    Flex = 2,

    /// <summary>Sent in a provider batch.</summary>
    Batch = 3,

    /// <summary>Run on a server of the operator's own.</summary>
    SelfHosted = 4,
}
