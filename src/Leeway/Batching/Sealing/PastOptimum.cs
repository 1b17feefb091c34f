namespace Leeway.Batching.Sealing;

/// <summary>
/// What somebody who knew every arrival would have paid until now, per arrival in amortised constant time: the dynamic program
/// OPT(i) = min over j of OPT(j) + K + Σ_{j&lt;k≤i} h_k·(t_i − t_k), whose candidates j are lines in t_i, kept as their lower envelope.
/// </summary>
/// <param name="jobCost">K.</param>
/// <param name="stretch">The program begins anew after so many arrivals, so that its sums stay exact and its envelope small.</param>
internal sealed class PastOptimum(double jobCost, int stretch = 4096)
{
    private readonly List<(double Slope, double Height)> _lines = [(0, 0)];
    private int _first;
    private int _arrivals;
    private double _begin;
    private double _weight;
    private double _moment;
    private double _before;
    private double _optimum;

    /// <summary>The least cost of everything that has come, were the last batch sealed now.</summary>
    public double Cost => _before + _optimum;

    /// <summary>Counts an arrival.</summary>
    /// <param name="at">Seconds, not before the last one.</param>
    /// <param name="holding">What a second of waiting costs for it.</param>
    public void Arrive(double at, double holding)
    {
        if (_arrivals == 0)
        {
            _begin = at;
        }

        double time = at - _begin;
        _weight += holding;
        _moment += holding * time;
        while (_first + 1 < _lines.Count && Height(_lines[_first + 1], time) <= Height(_lines[_first], time))
        {
            _first++;
        }

        _optimum = Height(_lines[_first], time) + jobCost + (_weight * time) - _moment;
        if (++_arrivals == stretch)
        {
            // At most one batch more than without the cut.
            _before += _optimum - jobCost;
            (_arrivals, _first, _weight, _moment, _optimum) = (0, 0, 0, 0, 0);
            _lines.Clear();
            _lines.Add((0, 0));
            return;
        }

        Add((-_weight, _optimum + _moment));
    }

    private void Add((double Slope, double Height) line)
    {
        while (_lines.Count > _first + 1)
        {
            (double slope1, double height1) = _lines[^2];
            (double slope2, double height2) = _lines[^1];
            if ((line.Height - height1) * (slope1 - slope2) > (height2 - height1) * (slope1 - line.Slope))
            {
                break;
            }

            _lines.RemoveAt(_lines.Count - 1);
        }

        _lines.Add(line);
    }

    private static double Height((double Slope, double Height) line, double time) => (line.Slope * time) + line.Height;
}
