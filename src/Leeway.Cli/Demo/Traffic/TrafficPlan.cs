namespace Leeway.Cli.Demo.Traffic;

/// <summary>When who calls: independent Poisson streams, whose rates follow the hour. The same seed and start give the same calls.</summary>
internal sealed class TrafficPlan(IReadOnlyList<Workload> workloads, TimeZoneInfo zone, IRandomSource random)
{
    private readonly Dice _dice = new(random);
    private readonly double _busiest = workloads.Sum(workload => workload.PerSecond);

    /// <summary>Without end unless <paramref name="until"/> says one, in order of time.</summary>
    public IEnumerable<PlannedCall> From(DateTimeOffset start, DateTimeOffset? until)
    {
        DateTimeOffset at = start;
        while (true)
        {
            // One stream at the sum of the highest rates, thinned: the same as all streams merged.
            at += _dice.Gap(_busiest);
            if (at >= until)
            {
                yield break;
            }

            Workload workload = Pick();
            if (_dice.Chance(workload.ShareAt(TimeZoneInfo.ConvertTime(at, zone).Hour)))
            {
                yield return workload.Make(_dice, at);
            }
        }
    }

    private Workload Pick()
    {
        double left = _dice.Share() * _busiest;
        foreach (Workload workload in workloads)
        {
            left -= workload.PerSecond;
            if (left < 0)
            {
                return workload;
            }
        }

        return workloads[^1];
    }
}
