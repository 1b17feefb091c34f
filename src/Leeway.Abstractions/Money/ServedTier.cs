namespace Leeway;

/// <summary>The speed that a provider says it served at, which decides the price. Persisted: numbers never change.</summary>
public enum ServedTier
{
    /// <summary>It said nothing: the lane decides.</summary>
    Untold = 0,

    /// <summary>The list price, whatever was asked for.</summary>
    Standard = 1,

    /// <summary>Slower and cheaper.</summary>
    Flex = 2,

    /// <summary>Faster and dearer.</summary>
    Priority = 3,

    /// <summary>One that no price list has: what it costs is unknown.</summary>
    Unlisted = 4,
}
