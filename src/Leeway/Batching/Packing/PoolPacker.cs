using Leeway.Queue;

namespace Leeway.Batching.Packing;

/// <summary>
/// Chooses which requests of a pool go into the next batch when not all of them fit.
/// <list type="number">
/// <item>Teams take turns by <see cref="TeamShares"/>: a team with many requests does not keep another one waiting.</item>
/// <item>Within a team the earliest deadline goes first. Where the deployment's enqueued-token limit is what binds, the room goes to what is
/// worth most per token, and the deadline decides among what is worth about the same (fractional knapsack, at most one request from the
/// optimum).</item>
/// <item>What does not fit beside the others stays for the next batch, and a smaller one takes its place.</item>
/// </list>
/// Called under the queue's lock, by one former.
/// </summary>
internal sealed class PoolPacker
{
    // Requests that are passed over before a team's turn is over for this batch: enough to fill what is left of a limit.
    private const int LookAhead = 64;

    // What is worth so nearly the same that the deadline decides.
    private static readonly double s_alike = Math.Log(1.05);

    private readonly Dictionary<PoolKey, TeamShares> _shares = [];

    /// <summary>The next batch of a pool.</summary>
    /// <param name="pool">Not empty.</param>
    /// <param name="limits">What fits.</param>
    /// <param name="worth">What going now is worth per token, above zero, or zero for nothing; null where all are worth the same.</param>
    /// <returns>At least one request; in no order that means anything.</returns>
    public List<QueuedRequest> Take(Pool pool, SealLimits limits, Func<QueuedRequest, double>? worth)
    {
        PoolKey key = pool.Key;
        if (limits.FitsAll(pool.Count, pool.Bytes, pool.Tokens))
        {
            // Nobody waits after this.
            _shares.Remove(key);
            return [.. pool.Entries.Select(static entry => entry.Request)];
        }

        if (!_shares.TryGetValue(key, out TeamShares? shares))
        {
            _shares.Add(key, shares = new TeamShares());
        }

        shares.Begin(pool.Teams);
        var turns = new PriorityQueue<TeamTurn, (long Paid, DateTimeOffset Deadline, string Team)>(pool.Teams.Count);
        var all = new List<TeamTurn>(pool.Teams.Count);
        bool byWorth = worth is not null && pool.Tokens > limits.MaxTokens;
        foreach (string team in pool.Teams)
        {
            IReadOnlyCollection<IndexEntry> entries = pool.EntriesOf(team);
            var turn = new TeamTurn(team, byWorth ? ByWorth(entries, worth!) : entries, entries.Count, entries.First().Request.Deadline);
            all.Add(turn);
            turns.Enqueue(turn, (shares.PaidBy(team), turn.EarliestDeadline, team));
        }

        var members = new List<QueuedRequest>(Math.Min(pool.Count, limits.MaxRequests));
        long bytes = 0;
        long tokens = 0;
        while (turns.TryDequeue(out TeamTurn? turn, out _))
        {
            if (turn.TakeNext(request => limits.Fits(members.Count, bytes, tokens, request), LookAhead) is not { } next)
            {
                continue;
            }

            members.Add(next);
            bytes += next.BodyBytes;
            tokens += next.EstimatedInputTokens;
            turns.Enqueue(turn, (shares.Charge(turn.Team, next), next.Deadline, turn.Team));
        }

        shares.End(all.Where(static turn => turn.Left > 0).Select(static turn => turn.Team));
        return members;
    }

    private static IEnumerable<IndexEntry> ByWorth(IReadOnlyCollection<IndexEntry> entries, Func<QueuedRequest, double> worth) =>
        entries
            .Select(entry => (Entry: entry, Step: worth(entry.Request) is > 0 and var value ? (int)Math.Floor(Math.Log(value) / s_alike) : int.MinValue))
            .OrderByDescending(static pair => pair.Step)
            .Select(static pair => pair.Entry);

    private sealed class TeamTurn(string team, IEnumerable<IndexEntry> entries, int count, DateTimeOffset earliestDeadline)
    {
        private readonly IEnumerator<IndexEntry> _entries = entries.GetEnumerator();
        private int _passedOver;

        public string Team => team;

        public int Left { get; private set; } = count;

        public DateTimeOffset EarliestDeadline => earliestDeadline;

        /// <summary>The next request that fits, or null when this batch has no room for any of the next few.</summary>
        public QueuedRequest? TakeNext(Func<QueuedRequest, bool> fits, int lookAhead)
        {
            while (_passedOver < lookAhead && _entries.MoveNext())
            {
                QueuedRequest request = _entries.Current.Request;
                if (fits(request))
                {
                    Left--;
                    return request;
                }

                _passedOver++;
            }

            return null;
        }
    }
}
