using System.Runtime.CompilerServices;

namespace Leeway.Ledger;

/// <summary>Reads a ledger of any length in pages, newest first.</summary>
public static class LedgerPages
{
    private const int PageSize = 10_000;

    /// <summary>Every entry in [<paramref name="since"/>, <paramref name="until"/>) once; what is appended meanwhile is newer and not among them.</summary>
    /// <param name="ledger">Where from.</param>
    /// <param name="since">The first instant.</param>
    /// <param name="until">The first instant no longer read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="pageSize">Entries of a page; grows where one instant has more.</param>
    public static async IAsyncEnumerable<IReadOnlyList<LedgerEntry>> ReadAsync(
        ILedgerStore ledger, DateTimeOffset since, DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken, int pageSize = PageSize)
    {
        // Entries of one instant may lie on both sides of a page's end, so that instant is read again and its entries known.
        HashSet<(RequestId, int)> seen = [];
        while (true)
        {
            IReadOnlyList<LedgerEntry> page = await ledger.ListAsync(since, until, pageSize, cancellationToken);
            LedgerEntry[] fresh = [.. page.Where(entry => !seen.Contains((entry.RequestId, entry.Attempt)))];
            if (fresh.Length > 0)
            {
                yield return fresh;
            }

            if (page.Count < pageSize)
            {
                yield break;
            }

            DateTimeOffset oldest = page[^1].At;
            if (oldest == page[0].At)
            {
                pageSize *= 2;
            }

            seen = [.. page.Where(entry => entry.At == oldest).Select(entry => (entry.RequestId, entry.Attempt))];
            until = oldest.AddTicks(1);
        }
    }
}
