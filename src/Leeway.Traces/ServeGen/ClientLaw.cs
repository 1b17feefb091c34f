namespace Leeway.Traces.ServeGen;

/// <summary>One client of a ServeGen archive: how it sends in each window of the day, and how long its requests are.</summary>
/// <param name="Name">Such as <c>client-12</c>.</param>
/// <param name="Windows">In order of time.</param>
/// <param name="Input">By the second from which they hold.</param>
/// <param name="Output">By the second from which they hold.</param>
internal sealed record ClientLaw(string Name, IReadOnlyList<ArrivalWindow> Windows, SortedList<double, LengthLaw> Input, SortedList<double, LengthLaw> Output)
{
    /// <summary>Whether it can be drawn from: some windows have no lengths, but the client needs some.</summary>
    public bool IsComplete => Windows.Count > 1 && Input.Count > 0 && Output.Count > 0;

    /// <summary>The law that holds at a second; before the first one, that.</summary>
    public static LengthLaw At(SortedList<double, LengthLaw> laws, double second)
    {
        int i = laws.Count - 1;
        while (i > 0 && laws.Keys[i] > second)
        {
            i--;
        }

        return laws.Values[i];
    }
}

/// <summary>One window.</summary>
/// <param name="Start">Seconds from the start.</param>
/// <param name="Rate">Requests per second.</param>
/// <param name="Cv">Coefficient of variation of the gaps.</param>
/// <param name="WeibullShape">The shape where gaps are Weibull's; null: Gamma's.</param>
internal sealed record ArrivalWindow(double Start, double Rate, double Cv, double? WeibullShape);
