using System.Runtime.InteropServices;

namespace Leeway.Simulation.Scoring;

/// <summary>Adds up what becomes of one class.</summary>
internal sealed class ClassTally
{
    private readonly List<float> _waits = [];

    public decimal Cost { get; set; }

    public decimal PaidTwice { get; set; }

    public decimal ListCost { get; set; }

    public decimal Clairvoyant { get; set; }

    public decimal AnyMoment { get; set; }

    public long Misses { get; set; }

    public long Rescues { get; set; }

    public long ByFlex { get; set; }

    public long ByBatch { get; set; }

    public void Waited(TimeSpan wait) => _waits.Add((float)wait.TotalSeconds);

    public static ClassTally Sum(IEnumerable<ClassTally> parts)
    {
        var sum = new ClassTally();
        foreach (ClassTally part in parts)
        {
            sum._waits.AddRange(part._waits);
            sum.Cost += part.Cost;
            sum.PaidTwice += part.PaidTwice;
            sum.ListCost += part.ListCost;
            sum.Clairvoyant += part.Clairvoyant;
            sum.AnyMoment += part.AnyMoment;
            sum.Misses += part.Misses;
            sum.Rescues += part.Rescues;
            sum.ByFlex += part.ByFlex;
            sum.ByBatch += part.ByBatch;
        }

        return sum;
    }

    public ClassScore Result(string name)
    {
        CollectionsMarshal.AsSpan(_waits).Sort();
        return new ClassScore
        {
            Class = name,
            Requests = _waits.Count,
            Cost = Cost,
            PaidTwice = PaidTwice,
            ListCost = ListCost,
            Clairvoyant = Clairvoyant,
            AnyMoment = AnyMoment,
            Misses = Misses,
            Rescues = Rescues,
            ByFlex = ByFlex,
            ByBatch = ByBatch,
            WaitP50 = Quantile(0.5),
            WaitP95 = Quantile(0.95),
        };
    }

    private double Quantile(double share) => _waits.Count == 0 ? 0 : Math.Round(_waits[(int)Math.Ceiling(share * _waits.Count) - 1], 3);
}
