namespace Leeway.Batching.Packing;

/// <summary>
/// Whose turn it is: virtual token counters (VTC, OSDI'24). A team pays for each request that goes, and the one that has paid least is next; a
/// team that comes back begins at the least of those that waited all along, so that absence earns nothing. While two teams both wait, what
/// they were given differs by at most twice the dearest request.
/// </summary>
internal sealed class TeamShares
{
    private readonly Dictionary<string, long> _paid = new(StringComparer.Ordinal);
    private HashSet<string> _waiting = new(StringComparer.Ordinal);

    /// <summary>Begins a turn among the teams that wait now.</summary>
    public void Begin(IReadOnlyCollection<string> teams)
    {
        long? least = null;
        foreach (string team in teams)
        {
            if (_waiting.Contains(team) && (least is null || _paid[team] < least))
            {
                least = _paid[team];
            }
        }

        if (least is null)
        {
            // Nobody has waited since the last turn, so nobody is owed anything.
            _paid.Clear();
        }

        foreach (string team in teams)
        {
            if (!_waiting.Contains(team))
            {
                _paid[team] = Math.Max(_paid.GetValueOrDefault(team), least ?? 0);
            }
        }
    }

    /// <summary>What a team has paid.</summary>
    public long PaidBy(string team) => _paid.GetValueOrDefault(team);

    /// <summary>A request of the team goes.</summary>
    /// <returns>What the team has paid now.</returns>
    public long Charge(string team, QueuedRequest request) => _paid[team] = _paid.GetValueOrDefault(team) + PriceOf(request);

    /// <summary>Ends a turn.</summary>
    /// <param name="waiting">Teams that still have requests.</param>
    public void End(IEnumerable<string> waiting)
    {
        _waiting = new HashSet<string>(waiting, StringComparer.Ordinal);
        long least = _waiting.Count == 0 ? long.MaxValue : _waiting.Min(PaidBy);

        // Who is gone and has paid no more than that would begin there anyway.
        foreach (string team in _paid.Keys.Where(team => !_waiting.Contains(team) && _paid[team] <= least).ToList())
        {
            _paid.Remove(team);
        }
    }

    /// <summary>What a request counts: its estimated input tokens. What it will answer is not known before it goes.</summary>
    public static long PriceOf(QueuedRequest request) => Math.Max(1, request.EstimatedInputTokens);
}
