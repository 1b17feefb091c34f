namespace Leeway.Planning.Ladder;

/// <summary>
/// The table of a deployment with a flex tier, by backward induction over (time left, way, age of the batch, refusals). A request in a batch
/// moves along a line of constant slack at the batch's start, so each start is one pass; its actions at every point are to stay, to try the
/// flex tier while the batch runs on, and to go in real time. One in no batch may go in real time, try, or enter the pool. A call that was
/// accepted is waited for until real time must begin.
/// <para>
/// The tier closes and opens at the rates of its forecast. The last row of refusals is a tier that is known to be closed: nothing is tried there,
/// and waiting for it to open is one more action, in a batch and in none.
/// </para>
/// <para>
/// The bound on P(miss) is kept by a price on it: the least power of ten by which no slack that can keep the bound breaks it.
/// </para>
/// </summary>
internal sealed class LadderSolver
{
    // At this many refusals in a row, less one, the tier is taken to be closed.
    private const int Refusals = 12;
    private const int Closed = Refusals - 1;

    private const int MissPowers = 6;

    // Values that differ by less are the same.
    private const double Even = 1e-6;

    private readonly LadderTerms _terms;
    private readonly FlexForecast _flex;
    private readonly LadderGrid _grid;
    private readonly string _regime;
    private readonly double[] _late;
    private readonly int[] _floor;
    private readonly double[] _accepted = new double[Refusals];
    private readonly double[] _closes;
    private readonly double[] _opens;
    private readonly double[] _hazard;
    private readonly double[] _bill;
    private readonly double[] _unfinished;
    private readonly double[] _atMost;

    private LadderSolver(LadderTerms terms, FlexForecast flex, string regime)
    {
        (_terms, _flex, _regime) = (terms, flex, regime);
        _grid = new LadderGrid(flex.RetryEvery, terms.Horizon);
        int count = _grid.Count;
        (_late, _floor, _closes, _opens) = (new double[count], new int[count], new double[count], new double[count]);
        double rescue = (terms.RealTime.Quantile(1 - terms.RescueRisk) ?? terms.Horizon).TotalSeconds;
        for (int i = 0; i < count; i++)
        {
            var left = TimeSpan.FromSeconds(_grid[i]);
            _late[i] = terms.RealTime.At(left);
            _floor[i] = _grid.Ceiling(Math.Max(rescue, SafeStart.MarginOf(terms, left).TotalSeconds));
            TimeSpan step = left - TimeSpan.FromSeconds(_grid[Math.Max(0, i - 1)]);
            (_closes[i], _opens[i]) = (flex.ClosedAfter(step), flex.OpenAfter(step));
        }

        for (int n = 0; n < Closed; n++)
        {
            _accepted[n] = flex.AcceptanceAfter(n);
        }

        int states = terms.BatchPrice is null ? 0 : LadderTable.Line(count);
        (_hazard, _bill, _unfinished, _atMost) = (new double[states], new double[states], new double[states], new double[states]);
        for (int i = 0; states > 0 && i < count; i++)
        {
            Age(i);
        }
    }

    /// <summary>Solves for every slack of the grid.</summary>
    public static LadderTable Solve(LadderTerms terms, FlexForecast flex, string regime)
    {
        var solver = new LadderSolver(terms, flex, regime);
        (int low, int high) = (0, MissPowers);
        LadderTable? kept = null;
        while (low < high)
        {
            int power = (low + high) / 2;
            LadderTable table = solver.SolveAt(Math.Pow(10, power));
            if (solver.KeepsRisk(table))
            {
                (kept, high) = (table, power);
            }
            else
            {
                low = power + 1;
            }
        }

        return kept ?? solver.SolveAt(Math.Pow(10, MissPowers));
    }

    private bool KeepsRisk(LadderTable table)
    {
        for (int i = 0; i < _grid.Count; i++)
        {
            if (_late[i] <= _terms.Risk && table.ChosenAt(i, 0).Miss > _terms.Risk)
            {
                return false;
            }
        }

        return true;
    }

    // Survival along one line, the wait in the pool included, for every price of a miss.
    private void Age(int start)
    {
        int line = LadderTable.Line(start);
        for (int j = 0; j <= start; j++)
        {
            double age = _grid[start] - _grid[j] - _terms.Pooling.TotalSeconds;
            _unfinished[line + j] = age < 0 ? 1 : _terms.Turnaround.At(TimeSpan.FromSeconds(age));
            _atMost[line + j] = age < 0 || _terms.TurnaroundAtMost is not { } bound ? _unfinished[line + j] : Math.Max(_unfinished[line + j], bound.At(TimeSpan.FromSeconds(age)));
            _bill[line + j] = age < 0 || _unfinished[line + j] <= 0
                ? 0
                : SafeStart.AbandonedBill(_terms.Turnaround, _terms, TimeSpan.FromSeconds(age)) / _unfinished[line + j];
        }

        for (int j = 1; j <= start; j++)
        {
            _hazard[line + j] = _unfinished[line + j] > 0 ? 1 - (_unfinished[line + j - 1] / _unfinished[line + j]) : 0;
        }
    }

    private LadderTable SolveAt(double missPrice)
    {
        int count = _grid.Count;
        bool hasBatch = _terms.BatchPrice is not null;
        LaneWorth[] accepted = SolveAccepted(missPrice);
        var next = new ushort[hasBatch ? LadderTable.Line(count) * Refusals : 0];
        var start = new Lane[count * Refusals];
        var weighed = new LaneWorths[count * Refusals];
        Span<LaneWorth> alone = stackalloc LaneWorth[Refusals];
        Span<LaneWorth> pooled = stackalloc LaneWorth[Refusals];
        for (int i = 0; i < count; i++)
        {
            pooled.Fill(LaneWorth.None);
            if (hasBatch && i > _floor[i])
            {
                SolveLine(i, missPrice, accepted, next, pooled);
            }

            LaneWorth realTime = RealTimeAt(i, _late[i], missPrice);
            (LaneWorth open, LaneWorth closed) = (alone[0], alone[Closed]);
            for (int n = 0; n < Refusals; n++)
            {
                // Row i − 1 of the next refusal: it is overwritten after this one was read, as n goes up.
                LaneWorth flex = n == Closed
                    ? _opens[i] > 0 && i > _floor[i] ? open.Or(_opens[i], closed) : LaneWorth.None
                    : _accepted[n] > 0 && accepted[i].IsOpen && CanTry(i)
                        ? accepted[i].Or(_accepted[n], closed.Or(_closes[i], alone[n + 1])).After(0, _terms.Shadow.Requests)
                        : LaneWorth.None;
                var worths = new LaneWorths(realTime, flex, pooled[n].IsOpen ? pooled[n].After(0, _terms.Shadow.Enqueued) : pooled[n]);
                weighed[(i * Refusals) + n] = worths;
                start[(i * Refusals) + n] = worths.Best;
                alone[n] = worths.Of(worths.Best);
            }
        }

        return new LadderTable(_terms, _grid, _regime, start, weighed, Refusals) { Next = hasBatch ? next : null };
    }

    // From acceptance on: the price is due, and real time begins when waiting on is no longer worth its risk.
    private LaneWorth[] SolveAccepted(double missPrice)
    {
        var worths = new LaneWorth[_grid.Count];
        double paid = _terms.FlexPrice ?? 1;
        for (int i = 0; i < worths.Length; i++)
        {
            worths[i] = LaneWorth.None;
            for (int k = i - 1; k >= _floor[i]; k--)
            {
                double unserved = _flex.Service.At(TimeSpan.FromSeconds(_grid[i] - _grid[k]));
                LaneWorth waited = new LaneWorth(0, 0, 0).Or(1 - unserved, RealTimeAt(k, _late[k], missPrice)).After(paid, _terms.Shadow.Tokens + _terms.Shadow.FlexSlots);
                worths[i] = waited.Value < worths[i].Value ? waited : worths[i];
                if (unserved <= 0)
                {
                    break;
                }
            }
        }

        return worths;
    }

    private void SolveLine(int start, double missPrice, LaneWorth[] accepted, ushort[] next, Span<LaneWorth> worths)
    {
        int line = LadderTable.Line(start);
        double price = _terms.BatchPrice!.Value;
        var done = new LaneWorth(price, price, 0);
        int floor = _floor[start];
        for (int j = 0; j <= start; j++)
        {
            double unfinished = _unfinished[line + j];

            // The bound of both, over the chance of the first: Fréchet's, or the product where they have nothing to do with each other.
            double both = _terms.SharedFate ? Math.Min(_atMost[line + j], _late[j]) : _atMost[line + j] * _late[j];
            double late = unfinished > 0 ? Math.Min(1, both / unfinished) : _terms.SharedFate ? 1 : _late[j];
            double bill = _bill[line + j] * price;
            LaneWorth realTime = RealTimeAt(j, late, missPrice).After(bill);
            int cell = (line + j) * Refusals;
            if (j <= floor)
            {
                worths.Fill(realTime);
                next.AsSpan(cell, Refusals).Fill((ushort)j);
                continue;
            }

            double hazard = _hazard[line + j];
            bool canTry = accepted[j].IsOpen && CanTry(j);
            LaneWorth taken = canTry ? accepted[j].After(bill) : LaneWorth.None;
            (LaneWorth open, LaneWorth closed) = (worths[0], worths[Closed]);
            for (int n = 0; n < Refusals; n++)
            {
                LaneWorth best = done.Or(hazard, n == Closed ? open.Or(_opens[j], closed) : closed.Or(_closes[j], worths[n]));
                ushort then = next[cell - Refusals + n];
                if (n == Closed)
                {
                    // Waits for the tier to open where an open one would be tried.
                    then = _opens[j] > 0 && next[cell] == (j | LadderTable.Flex) ? next[cell] : then;
                }
                else if (canTry && _accepted[n] > 0)
                {
                    LaneWorth tried = taken.Or(_accepted[n], done.Or(hazard, closed.Or(_closes[j], worths[n + 1]))).After(0, _terms.Shadow.Requests);

                    // In the pool nothing can end, so what can be tried later as well is tried now.
                    double even = hazard > 0 ? 0 : Even;
                    (best, then) = tried.Value < best.Value + even ? (tried, (ushort)(j | LadderTable.Flex)) : (best, then);
                }

                (best, then) = realTime.Value < best.Value ? (realTime, (ushort)j) : (best, then);
                worths[n] = best;
                next[cell + n] = then;
            }
        }
    }

    private LaneWorth RealTimeAt(int point, double late, double missPrice) =>
        new(1 + _terms.Shadow.Requests + _terms.Shadow.Tokens + (missPrice * late), 1, late);

    // Not where points lie closer than tries may follow each other, and not where a refusal would leave no time.
    private bool CanTry(int point) => point > _floor[point] && _grid[point] - _grid[point - 1] >= 0.99 * _grid.Step;
}
