namespace Leeway.Load.Plan;

/// <summary>What one order of files makes a provider reuse.</summary>
/// <param name="Order">The order's name.</param>
/// <param name="FileSize">Lines per file.</param>
/// <param name="CacheBlocks">Blocks that the provider's cache holds, the least recently used one leaving first; 0 where it forgets nothing.</param>
/// <param name="Reused">Tokens found in the cache.</param>
/// <param name="Reachable">Tokens that any order of the same files could find at most.</param>
internal sealed record PrefixRow(string Order, int FileSize, int CacheBlocks, long Reused, long Reachable)
{
    /// <summary>Of what is reachable.</summary>
    public double Share => Reachable == 0 ? 1 : (double)Reused / Reachable;
}
