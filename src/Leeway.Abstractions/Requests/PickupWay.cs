namespace Leeway;

/// <summary>How a result first reached its owner. Numbers are persisted.</summary>
public enum PickupWay
{
    /// <summary>On the connection that was held for it.</summary>
    Held = 1,

    /// <summary>By asking for it.</summary>
    Poll = 2,

    /// <summary>Within a file or a list of results.</summary>
    File = 3,
}
