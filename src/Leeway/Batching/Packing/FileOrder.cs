namespace Leeway.Batching.Packing;

/// <summary>The order in which a batch's requests go into its file.</summary>
internal static class FileOrder
{
    /// <summary>
    /// Shared beginnings of prompts together, as <see cref="PrefixOrder"/> has them. A request whose beginning is not known stands alone
    /// where its deadline puts it.
    /// </summary>
    public static IReadOnlyList<QueuedRequest> Of(IReadOnlyList<QueuedRequest> members)
    {
        var seen = new PrefixMember[members.Count];
        for (int i = 0; i < seen.Length; i++)
        {
            seen[i] = new PrefixMember(members[i].Prefix?.Blocks ?? default, members[i].Deadline.UtcTicks);
        }

        int[] order = PrefixOrder.Of(seen);
        var ordered = new QueuedRequest[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            ordered[i] = members[order[i]];
        }

        return ordered;
    }
}
