using System.Collections.Concurrent;
using Leeway.Planning.Turnaround;

namespace Leeway.Planning.Ladder;

/// <summary>
/// Tables by the terms that they were solved for. A tier that closes and opens again comes back to terms that it had before, and many groups
/// have the same. Thread-safe.
/// </summary>
internal sealed class SolvedTables
{
    // A table of a week takes about a megabyte.
    private const int Most = 48;

    private readonly ConcurrentDictionary<(LadderTerms Terms, string Regime), LadderTable> _tables = new();
    private readonly ConcurrentDictionary<string, (long Revision, SurvivalCurve Curve)> _curves = new(StringComparer.Ordinal);
    private (TimeSpan Median, TimeSpan Last, SurvivalCurve Curve)? _realTime;

    /// <summary>The table of these terms, solved if it was not yet.</summary>
    public LadderTable Of(LadderTerms terms, string regime)
    {
        if (_tables.TryGetValue((terms, regime), out LadderTable? known))
        {
            return known;
        }

        if (_tables.Count >= Most)
        {
            _tables.Clear();
        }

        LadderTable table = terms.Flex is { } open ? LadderSolver.Solve(terms, open, regime) : SafeStartSolver.Solve(terms, regime);
        return _tables.GetOrAdd((terms, regime), table);
    }

    /// <summary>A deployment's curve as it was when the forecasts last changed materially: one that only moved a little is not worth new tables.</summary>
    public SurvivalCurve CurveAt(string deployment, long revision, Func<SurvivalCurve> ask)
    {
        if (!_curves.TryGetValue(deployment, out (long Revision, SurvivalCurve Curve) known) || known.Revision != revision)
        {
            _curves[deployment] = known = (revision, ask());
        }

        return known.Curve;
    }

    /// <summary>The assumed tail of real time.</summary>
    public SurvivalCurve RealTimeOf(TimeSpan median, TimeSpan last)
    {
        if (_realTime is not { } known || known.Median != median || known.Last != last)
        {
            _realTime = known = (median, last, Weibull.Of(median, last));
        }

        return known.Curve;
    }
}
