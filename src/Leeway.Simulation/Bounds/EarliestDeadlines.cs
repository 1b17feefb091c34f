namespace Leeway.Simulation.Bounds;

/// <summary>
/// Whether a storm can be met at all: calls of one provider that takes so many per second. Each takes one slot of the rate, and must start
/// between its release and its latest start. Giving every slot to the waiting call with the earliest latest start is exact for calls of
/// equal length on one resource: it finds the greatest number that can be met (Glover's matching in a convex graph), which is what the
/// linear programme over slots would find.
/// </summary>
internal static class EarliestDeadlines
{
    /// <summary>How many of the calls cannot be met by anybody.</summary>
    /// <param name="calls">Seconds: from when a call can start, and when it must have started at the latest.</param>
    /// <param name="perSecond">Slots per second; the first is at second 0.</param>
    public static int Unavoidable(IEnumerable<(double Release, double LatestStart)> calls, double perSecond)
    {
        (double Release, double LatestStart)[] sorted = [.. calls.OrderBy(static call => call.Release)];
        var waiting = new PriorityQueue<double, double>();
        int next = 0, missed = 0;
        long slot = 0;
        while (next < sorted.Length || waiting.Count > 0)
        {
            if (waiting.Count == 0)
            {
                slot = Math.Max(slot, (long)Math.Ceiling((sorted[next].Release * perSecond) - 1e-9));
            }

            double at = slot / perSecond;
            while (next < sorted.Length && sorted[next].Release <= at + 1e-9)
            {
                waiting.Enqueue(sorted[next].LatestStart, sorted[next].LatestStart);
                next++;
            }

            while (waiting.TryPeek(out double latest, out _) && latest < at - 1e-9)
            {
                waiting.Dequeue();
                missed++;
            }

            if (waiting.TryDequeue(out _, out _))
            {
                slot++;
            }
        }

        return missed;
    }
}
