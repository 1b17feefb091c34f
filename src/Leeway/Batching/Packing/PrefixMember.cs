namespace Leeway.Batching.Packing;

/// <summary>A request as the order of a file sees it.</summary>
/// <param name="Blocks">Numbers of the blocks that its prompt begins with; empty when unknown.</param>
/// <param name="Deadline">In ticks; the smaller goes first where nothing else decides.</param>
internal readonly record struct PrefixMember(ReadOnlyMemory<uint> Blocks, long Deadline);
