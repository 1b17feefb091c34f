using System.Runtime.InteropServices;

namespace Leeway.Queue;

/// <summary>Open requests of one job that may not start later than in one slice of time.</summary>
/// <param name="Slice">The slice, counted from the epoch in <see cref="DemandJob.SliceSeconds"/>.</param>
/// <param name="Requests">How many.</param>
/// <param name="Tokens">Their estimated input tokens.</param>
internal record struct DemandCell(int Slice, int Requests, long Tokens);

/// <summary>
/// Open requests that come back together: members of one batch, or of one pool. Counted by the slice of time in which each must start in
/// real time at the latest, so that a pass reads slices and not requests. Guarded by the index's lock.
/// </summary>
internal sealed class DemandJob(BatchId? batch, Pool? pool)
{
    /// <summary>Latest starts are rounded down to this, which makes a test stricter by as much at most.</summary>
    public const int SliceSeconds = 5;

    // Empty cells kept beyond the number of full ones, so that a small job is not swept all the time.
    private const int Allowance = 64;

    private readonly List<DemandCell> _cells = [];
    private int _empty;

    /// <summary>The batch they are in; null while they are pooled, or on their own.</summary>
    public BatchId? Batch => batch;

    /// <summary>The pool they wait in; null when in a batch, or on their own.</summary>
    public Pool? Pool => pool;

    /// <summary>Open requests.</summary>
    public int Requests { get; private set; }

    /// <summary>Open requests that must start by <paramref name="at"/>, up to a slice.</summary>
    public int UpTo(DateTimeOffset at)
    {
        int slice = SliceOf(at), count = 0;
        for (int i = 0; i < _cells.Count && _cells[i].Slice <= slice; i++)
        {
            count += _cells[i].Requests;
        }

        return count;
    }

    /// <summary>Cells, earliest slice first; some may be empty.</summary>
    public ReadOnlySpan<DemandCell> Cells => CollectionsMarshal.AsSpan(_cells);

    public void Add(IndexEntry entry) => Change(entry, 1);

    public void Remove(IndexEntry entry) => Change(entry, -1);

    /// <summary>The slice of an instant.</summary>
    public static int SliceOf(DateTimeOffset at) => (int)Math.Clamp(at.ToUnixTimeSeconds() / SliceSeconds, 0, int.MaxValue);

    private void Change(IndexEntry entry, int sign)
    {
        int slice = SliceOf(entry.LatestStart);
        int at = Find(slice);
        if (at < 0)
        {
            at = ~at;
            _cells.Insert(at, new DemandCell(slice, 0, 0));
            _empty++;
        }

        ref DemandCell cell = ref CollectionsMarshal.AsSpan(_cells)[at];
        _empty -= cell.Requests == 0 ? 1 : 0;
        cell.Requests += sign;
        cell.Tokens += sign * entry.Request.EstimatedInputTokens;
        _empty += cell.Requests == 0 ? 1 : 0;
        Requests += sign;
        if (_empty > (_cells.Count / 2) + Allowance)
        {
            _cells.RemoveAll(static cell => cell.Requests == 0);
            _empty = 0;
        }
    }

    private int Find(int slice)
    {
        // Most requests come in the order of their deadlines.
        if (_cells.Count == 0 || _cells[^1].Slice < slice)
        {
            return ~_cells.Count;
        }

        (int low, int high) = (0, _cells.Count - 1);
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int found = _cells[middle].Slice;
            if (found == slice)
            {
                return middle;
            }

            (low, high) = found < slice ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
