using Leeway.Simulation;
using Leeway.Simulation.Bounds;
using Leeway.Simulation.Laws;
using Leeway.Simulation.Traces;

namespace Leeway.Load.Plan;

/// <summary>
/// What a simple ladder would pay if each request were alone: flex tried every minute, a batch of its own after some minutes of refusals, real
/// time shortly before the deadline, the batch then cancelled. No queue, no polling, no learning: a mark of what can be reached without knowing
/// the future, and of what each of its settings costs; not a policy.
/// </summary>
internal sealed class LadderReference(ProviderLaws laws, LadderSetting setting)
{
    private const double Cheap = 0.5;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestFlex = TimeSpan.FromMinutes(10);

    /// <summary>Its cost above the clairvoyant's, as a share, over the requests of one deadline.</summary>
    public double Above(Traffic traffic, byte known)
    {
        TimeSpan wait = traffic.Classes[known].Wait;
        var bound = new Clairvoyant(laws, Simulator.Start, traffic.Length + wait);
        (double paid, double least) = (0, 0);
        for (int number = 0; number < traffic.Requests.Count; number++)
        {
            if (traffic.Requests[number].Class == known)
            {
                DateTimeOffset at = Simulator.Start + traffic.Requests[number].At;
                paid += CostOf(number, at, at + wait);
                least += bound.AtAcceptance(number, at, at + wait) == Lane.RealTime ? 1 : Cheap;
            }
        }

        return least == 0 ? 0 : (paid / least) - 1;
    }

    private double CostOf(long number, DateTimeOffset at, DateTimeOffset deadline)
    {
        DateTimeOffset last = deadline - setting.Reserve;
        bool batchFirst = deadline - at >= setting.BatchFirstFrom;
        DateTimeOffset submitted = at + (batchFirst ? setting.Gathers : setting.Patience + setting.Gathers);
        DateTimeOffset flexFrom = batchFirst ? at + setting.FlexAfter : at;
        TimeSpan turnaround = laws.Batch.Turnaround(submitted);
        DateTimeOffset back = turnaround <= ProviderLaws.Window ? submitted + turnaround : DateTimeOffset.MaxValue;
        DateTimeOffset Ends(DateTimeOffset cancelled) => setting.Cancels ? cancelled + ProviderLaws.CancelTakes : DateTimeOffset.MaxValue;
        for (DateTimeOffset now = flexFrom; setting.Flex && laws.Flex is { } flex && now + s_longestFlex <= last && now < back; now += s_minute)
        {
            if (flex.Accepts(number, now))
            {
                // The batch is not wanted any more; what it finishes until the cancel takes hold is billed.
                return Cheap + (submitted < now && back < Ends(now) ? Cheap : 0);
            }
        }

        return back <= last ? Cheap : 1 + (submitted < last && back < Ends(last) ? Cheap : 0);
    }
}

/// <summary>The ladder's settings.</summary>
internal sealed record LadderSetting
{
    /// <summary>Whether there is a flex rung.</summary>
    public bool Flex { get; init; } = true;

    /// <summary>Refusals of flex before a batch is submitted beside it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>From which wait on the batch goes first.</summary>
    public TimeSpan BatchFirstFrom { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long after acceptance flex is tried where the batch went first.</summary>
    public TimeSpan FlexAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a request waits for company before its batch is submitted.</summary>
    public TimeSpan Gathers { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Kept before the deadline for real time.</summary>
    public TimeSpan Reserve { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Whether a batch that is not wanted any more is cancelled.</summary>
    public bool Cancels { get; init; } = true;
}
