namespace Leeway.Chaos.Network;

/// <summary>What becomes of bytes on one way of a proxy.</summary>
internal enum Passage
{
    /// <summary>They go on.</summary>
    Open,

    /// <summary>They go on late.</summary>
    Slow,

    /// <summary>They vanish, and nobody is told: as with a pulled cable.</summary>
    Dropped,

    /// <summary>Connections are reset, those that stand and those to come.</summary>
    Reset,
}
