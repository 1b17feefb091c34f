using Leeway.Storage.Ledger;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Mail;

/// <summary>Puts the sums of what ended together: counts by state and money by entry, both by model and priority.</summary>
internal sealed class WorkTally
{
    private readonly Dictionary<(string Model, Priority Priority), Cell> _cells = [];
    private readonly List<EndedError> _errors = [];

    /// <summary>Rows of model, priority, state, requests, late ones and rescued ones.</summary>
    public WorkTally Count(Statement row)
    {
        while (row.Next())
        {
            Cell cell = CellOf(row);
            var state = (RequestState)row.Int32();
            int requests = row.Int32();
            cell.States[(int)state] += requests;
            cell.Late += row.Int32();
            cell.Rescued += row.Int32();
        }

        return this;
    }

    /// <summary>Rows of model, priority, cost, list price and whether it was paid beside another attempt's result.</summary>
    public WorkTally AddMoney(Statement row)
    {
        while (row.Next())
        {
            CellOf(row).Money.Add(row.MoneyOrNull(), row.MoneyOrNull(), row.Boolean());
        }

        return this;
    }

    /// <summary>Rows of code and requests.</summary>
    public WorkTally AddErrors(Statement row)
    {
        while (row.Next())
        {
            _errors.Add(new EndedError(row.Text(), row.Int32()));
        }

        return this;
    }

    /// <summary>All of it.</summary>
    public EndedWork Sum() => new(
        [.. _cells.Select(pair => RowOf(pair.Key.Model, pair.Key.Priority, pair.Value)).OrderByDescending(row => row.Requests).ThenBy(row => row.Model, StringComparer.Ordinal).ThenBy(row => row.Priority)],
        _errors);

    private Cell CellOf(Statement row)
    {
        var key = (row.Text(), (Priority)row.Int32());
        if (!_cells.TryGetValue(key, out Cell? cell))
        {
            _cells.Add(key, cell = new Cell());
        }

        return cell;
    }

    private static EndedRow RowOf(string model, Priority priority, Cell cell) => new(
        model, priority, cell.States[(int)RequestState.Succeeded], cell.States[(int)RequestState.Failed], cell.States[(int)RequestState.Expired],
        cell.States[(int)RequestState.Cancelled], cell.Late, cell.Rescued, cell.Money.Cost, cell.Money.ListCost, (int)cell.Money.Unpriced);

    private sealed class Cell
    {
        public int[] States { get; } = new int[(int)RequestState.Cancelled + 1];

        public int Late { get; set; }

        public int Rescued { get; set; }

        // A field: it is added to in place.
        public MoneySum Money;
    }
}
