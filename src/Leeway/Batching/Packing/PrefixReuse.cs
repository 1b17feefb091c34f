namespace Leeway.Batching.Packing;

/// <summary>
/// How many tokens a provider that reads a file once, from the first line to the last, finds in its cache: a line reuses its leading blocks as
/// far as they are there. What a real provider does is its own affair; this is what an order makes possible.
/// </summary>
internal static class PrefixReuse
{
    /// <summary>Reused tokens with a cache that forgets nothing: the most that any order reaches, and every order reaches it.</summary>
    /// <param name="lines">The blocks of each line, in the file's order.</param>
    /// <param name="tokens">Tokens of each block; the same for all.</param>
    public static long Reachable(IEnumerable<ReadOnlyMemory<uint>> lines, int tokens)
    {
        var seen = new HashSet<(int, uint)>();
        long reused = 0;
        foreach (ReadOnlyMemory<uint> line in lines)
        {
            ReadOnlySpan<uint> blocks = line.Span;
            bool held = true;
            for (int i = 0; i < blocks.Length; i++)
            {
                held &= !seen.Add((i, blocks[i]));
                reused += held ? tokens : 0;
            }
        }

        return reused;
    }

    /// <summary>Reused tokens with a cache of <paramref name="capacity"/> blocks from which the least recently used one goes first.</summary>
    /// <param name="lines">The blocks of each line, in the file's order.</param>
    /// <param name="tokens">Tokens of each block; the same for all.</param>
    /// <param name="capacity">Blocks that it holds, at least 1.</param>
    public static long WithCache(IEnumerable<ReadOnlyMemory<uint>> lines, int tokens, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        var places = new Dictionary<(int, uint), LinkedListNode<(int, uint)>>();
        var byUse = new LinkedList<(int, uint)>();
        long reused = 0;
        foreach (ReadOnlyMemory<uint> line in lines)
        {
            ReadOnlySpan<uint> blocks = line.Span;
            bool held = true;
            for (int i = 0; i < blocks.Length; i++)
            {
                (int, uint) block = (i, blocks[i]);
                if (places.Remove(block, out LinkedListNode<(int, uint)>? node))
                {
                    byUse.Remove(node);
                    reused += held ? tokens : 0;
                }
                else
                {
                    held = false;
                    if (places.Count == capacity)
                    {
                        places.Remove(byUse.Last!.Value);
                        byUse.RemoveLast();
                    }
                }

                places.Add(block, byUse.AddFirst(block));
            }
        }

        return reused;
    }
}
