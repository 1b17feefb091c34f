namespace Leeway.Batching.Packing;

/// <summary>
/// The order of a file in which shared beginnings of prompts stand together: a depth-first walk over the trie of their blocks. For a provider
/// that reads the file once, each beginning is then met again at once or never, so that any cache that holds the longest prompt reuses all
/// that can be reused (algorithms.md §2.2; BatchLLM and GGR group alike). Among what one beginning is followed by, and among beginnings, the
/// one with the earliest deadline goes first.
/// </summary>
internal static class PrefixOrder
{
    /// <summary>Places of <paramref name="members"/> in the order in which they go into the file.</summary>
    /// <param name="members">Blocks, of which equal ones at the same place mean the same beginning up to there, and the deadline in ticks.</param>
    /// <returns>Indexes into <paramref name="members"/>, each once. The same for the same members.</returns>
    /// <remarks>O(n log n) comparisons of block sequences and one pass over each level of the trie at which it branches.</remarks>
    public static int[] Of(ReadOnlySpan<PrefixMember> members)
    {
        var sorted = new Entry[members.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            sorted[i] = new Entry(members[i].Blocks, members[i].Deadline, i);
        }

        Array.Sort(sorted);
        var order = new int[sorted.Length];
        int placed = 0;
        var open = new Stack<Branch>();
        if (sorted.Length > 0)
        {
            open.Push(new Branch(0, sorted.Length, 0, 0));
        }

        var children = new List<Branch>();
        while (open.TryPop(out Branch span))
        {
            if (span.Length == 1)
            {
                order[placed++] = sorted[span.Start].Index;
                continue;
            }

            children.Clear();
            Split(sorted, span, children);
            children.Sort(static (left, right) => left.Deadline != right.Deadline ? left.Deadline.CompareTo(right.Deadline) : left.Start.CompareTo(right.Start));
            for (int i = children.Count - 1; i >= 0; i--)
            {
                open.Push(children[i]);
            }
        }

        return order;
    }

    // What follows the longest beginning that the whole span shares. Members that end there are leaves of their own.
    private static void Split(Entry[] sorted, Branch span, List<Branch> into)
    {
        ReadOnlySpan<uint> first = sorted[span.Start].Blocks.Span;
        ReadOnlySpan<uint> last = sorted[span.Start + span.Length - 1].Blocks.Span;
        int depth = span.Depth + first[span.Depth..].CommonPrefixLength(last[span.Depth..]);
        int end = span.Start + span.Length;
        for (int start = span.Start; start < end;)
        {
            ReadOnlySpan<uint> blocks = sorted[start].Blocks.Span;
            long deadline = sorted[start].Deadline;
            int next = start + 1;
            if (blocks.Length > depth)
            {
                while (next < end && sorted[next].Blocks.Span[depth] == blocks[depth])
                {
                    deadline = Math.Min(deadline, sorted[next].Deadline);
                    next++;
                }
            }

            into.Add(new Branch(start, next - start, depth, deadline));
            start = next;
        }
    }

    private readonly record struct Branch(int Start, int Length, int Depth, long Deadline);

    private readonly struct Entry(ReadOnlyMemory<uint> blocks, long deadline, int index) : IComparable<Entry>
    {
        public ReadOnlyMemory<uint> Blocks { get; } = blocks;

        public long Deadline { get; } = deadline;

        public int Index { get; } = index;

        // Its first two blocks, which settle most comparisons.
        private ulong Head { get; } = HeadOf(blocks.Span);

        public int CompareTo(Entry other)
        {
            if (Head != other.Head)
            {
                return Head < other.Head ? -1 : 1;
            }

            int order = Blocks.Span.SequenceCompareTo(other.Blocks.Span);
            return order != 0 ? order : Deadline != other.Deadline ? Deadline.CompareTo(other.Deadline) : Index.CompareTo(other.Index);
        }

        private static ulong HeadOf(ReadOnlySpan<uint> blocks) =>
            blocks.IsEmpty ? 0 : ((ulong)blocks[0] << 32) | (blocks.Length > 1 ? blocks[1] : 0);
    }
}
