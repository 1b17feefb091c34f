using Leeway.Planning.Turnaround;

namespace Leeway.Planning.Ladder;

/// <summary>How a deployment's flex tier is expected to behave.</summary>
public sealed record FlexForecast
{
    /// <summary>The chance that one try is accepted while the tier is open, within [0, 1].</summary>
    public required double Acceptance { get; init; }

    /// <summary>Whether tries are worth making now; false while the tier refuses one after another.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>From acceptance to the result.</summary>
    public required SurvivalCurve Service { get; init; }

    /// <summary>Between two tries of one request.</summary>
    public required TimeSpan RetryEvery { get; init; }

    /// <summary>The chance, before a first try, that the tier refuses every try for as long as matters to a request.</summary>
    public double Closed { get; init; } = 0.1;

    /// <summary>The chance that the next try is accepted after <paramref name="refusals"/> in a row: each one makes a closed tier likelier (Bayes).</summary>
    public double AcceptanceAfter(int refusals)
    {
        // A tier that is known to refuse now may still open again.
        double closed = IsOpen ? Closed : Math.Max(Closed, 0.7);
        double open = (1 - closed) * Math.Pow(1 - Acceptance, refusals);
        return open + closed > 0 ? Acceptance * open / (open + closed) : 0;
    }

    /// <summary>The same to the accuracy of a plan, so that what is solved for one forecast serves those near it: acceptance to a tenth, and not all of nothing.</summary>
    public FlexForecast Rounded() => this with
    {
        Acceptance = Math.Max(0.05, Math.Round(Acceptance, 1)),
        RetryEvery = TimeSpan.FromSeconds(30 * Math.Max(1, Math.Ceiling(RetryEvery.TotalSeconds / 30))),
    };
}
