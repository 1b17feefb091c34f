using Leeway.Planning.Turnaround;

namespace Leeway.Planning.Ladder;

/// <summary>
/// How a deployment's flex tier is expected to behave. It is open or closed, each for an exponential time: a request that is refused again and
/// again meets a closed tier, and one that waits may see it open.
/// </summary>
public sealed record FlexForecast
{
    /// <summary>The chance that one try is accepted while the tier is open, within [0, 1].</summary>
    public required double Acceptance { get; init; }

    /// <summary>From acceptance to the result.</summary>
    public required SurvivalCurve Service { get; init; }

    /// <summary>Between two tries of one request.</summary>
    public required TimeSpan RetryEvery { get; init; }

    /// <summary>The chance that the tier, taken to be open, is closed: it has been since a try was last accepted.</summary>
    public double Closed { get; init; } = 0.1;

    /// <summary>How long it stays open in the mean; <see cref="TimeSpan.MaxValue"/>: for good.</summary>
    public TimeSpan OpenFor { get; init; } = TimeSpan.MaxValue;

    /// <summary>How long it stays closed in the mean; <see cref="TimeSpan.MaxValue"/>: for good.</summary>
    public TimeSpan ClosedFor { get; init; } = TimeSpan.MaxValue;

    /// <summary>The chance that the next try is accepted after <paramref name="refusals"/> in a row: each one makes a closed tier likelier (Bayes).</summary>
    public double AcceptanceAfter(int refusals)
    {
        double open = (1 - Closed) * Math.Pow(1 - Acceptance, refusals);
        return open + Closed > 0 ? Acceptance * open / (open + Closed) : 0;
    }

    /// <summary>The chance that the tier is closed <paramref name="after"/> it was open.</summary>
    public double ClosedAfter(TimeSpan after) => Changed(OpenFor, ClosedFor, after);

    /// <summary>The chance that the tier is open <paramref name="after"/> it was closed.</summary>
    public double OpenAfter(TimeSpan after) => Changed(ClosedFor, OpenFor, after);

    /// <summary>The same to the accuracy of a plan, so that what is solved for one forecast serves those near it: acceptance to a tenth, and not all of nothing.</summary>
    public FlexForecast Rounded() => this with
    {
        Acceptance = Math.Max(0.05, Math.Round(Acceptance, 1)),
        RetryEvery = TimeSpan.FromSeconds(30 * Math.Max(1, Math.Ceiling(RetryEvery.TotalSeconds / 30))),
        Closed = Closed <= 0 ? 0 : Math.Max(0.002, Math.Pow(10, Math.Round(2 * Math.Log10(Closed)) / 2)),
        OpenFor = Rounded(OpenFor),
        ClosedFor = Rounded(ClosedFor),
    };

    // A chain of two states, of which the first is left at 1/stays and entered at 1/otherStays.
    internal static double Changed(TimeSpan stays, TimeSpan otherStays, TimeSpan after)
    {
        double leaves = Rate(stays), enters = Rate(otherStays);
        return leaves == 0 ? 0 : leaves / (leaves + enters) * (1 - Math.Exp(-(leaves + enters) * after.TotalSeconds));
    }

    private static double Rate(TimeSpan stays) => stays == TimeSpan.MaxValue ? 0 : 1 / stays.TotalSeconds;

    // To a power of two of minutes.
    private static TimeSpan Rounded(TimeSpan stays) =>
        stays == TimeSpan.MaxValue ? stays : TimeSpan.FromMinutes(Math.Pow(2, Math.Round(Math.Log2(Math.Max(1, stays.TotalMinutes)))));
}
