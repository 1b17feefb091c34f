namespace Leeway.Batching;

/// <summary>
/// When the batches whose job is known are to be looked at next, in that order: a provider that stalls leaves thousands open, and who asks for
/// the few that are due must not look through all. Not thread-safe.
/// </summary>
internal sealed class PollSchedule
{
    private readonly SortedSet<(DateTimeOffset At, BatchId Batch)> _times = [];

    // Those for which no instant is set; they are due.
    private readonly SortedSet<BatchId> _unset = [];

    /// <summary>The first instant that is set, or null when none is.</summary>
    public DateTimeOffset? First => _times.Count > 0 ? _times.Min.At : null;

    /// <summary>Puts a batch where it belongs now.</summary>
    /// <param name="before">What it was, when it was here.</param>
    /// <param name="after">What it is, or null when it has left.</param>
    public void Move(BatchRecord? before, BatchRecord? after)
    {
        if (before?.NextPollAt is { } was)
        {
            _times.Remove((was, before.Id));
        }
        else if (before is not null)
        {
            _unset.Remove(before.Id);
        }

        if (after is not { State: >= BatchState.Submitted })
        {
            return;
        }

        if (after.NextPollAt is { } next)
        {
            _times.Add((next, after.Id));
        }
        else
        {
            _unset.Add(after.Id);
        }
    }

    /// <summary>Those that are due, as <see cref="PollTimes.IsDue"/> has it.</summary>
    public IEnumerable<BatchId> Due(DateTimeOffset now, TimeSpan longest) =>
        _unset
            .Concat(_times.TakeWhile(one => one.At <= now).Select(static one => one.Batch))
            .Concat(_times.Reverse().TakeWhile(one => one.At > now + longest).Select(static one => one.Batch));

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _times.Clear();
        _unset.Clear();
    }
}
