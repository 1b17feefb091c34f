namespace Leeway.Storage.Ledger;

/// <summary>The rows of a cost report in the making; stored requests' entries come in order of request.</summary>
internal sealed class CostTally(CostDimension by)
{
    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);

    /// <summary>Counts one entry of a stored request.</summary>
    public void Add(LedgerEntry entry) => RowOf(entry).Add(entry);

    /// <summary>Counts one entry of a request without a row: it has one entry, and beside it only duplicates.</summary>
    public void AddSingle(LedgerEntry entry) => RowOf(entry).AddSingle(entry);

    /// <summary>The rows, dearest first.</summary>
    public IReadOnlyList<CostRow> Rows() =>
    [
        .. _rows.Select(static pair => pair.Value.ToCostRow(pair.Key))
            .OrderByDescending(static row => row.Cost)
            .ThenBy(static row => row.Name, StringComparer.Ordinal),
    ];

    private Row RowOf(LedgerEntry entry)
    {
        string name = Name(entry);
        if (!_rows.TryGetValue(name, out Row? row))
        {
            _rows.Add(name, row = new Row());
        }

        return row;
    }

    private string Name(LedgerEntry entry) => by switch
    {
        CostDimension.Model => entry.Model,
        CostDimension.Priority => PriorityName(entry.Priority),
        CostDimension.Lane => LaneName(entry.Lane),
        CostDimension.Key => entry.Caller,
        CostDimension.Deployment => entry.Deployment,
        _ => "total",
    };

    private static string PriorityName(Priority priority) => priority switch
    {
        Priority.Urgent => "urgent",
        Priority.Standard => "standard",
        _ => "low",
    };

    private static string LaneName(Lane lane) => lane switch
    {
        Lane.Cache => "cache",
        Lane.RealTime => "realtime",
        Lane.Flex => "flex",
        Lane.Batch => "batch",
        _ => "selfhosted",
    };

    private sealed class Row
    {
        private MoneySum _money;
        private TokenUsage _usage;
        private RequestId _lastRequest;
        private long _requests;
        private long _entries;
        private long _duplicates;

        public void Add(LedgerEntry entry)
        {
            _requests += _entries == 0 || entry.RequestId != _lastRequest ? 1 : 0;
            _lastRequest = entry.RequestId;
            Count(entry);
        }

        public void AddSingle(LedgerEntry entry)
        {
            _requests += entry.Duplicate ? 0 : 1;
            Count(entry);
        }

        public CostRow ToCostRow(string name) =>
            new(name, _requests, _entries, _usage, _money.Cost, _money.ListCost, _money.Unpriced, _duplicates);

        private void Count(LedgerEntry entry)
        {
            _money.Add(entry.Cost, entry.ListCost, entry.Duplicate);
            _usage += entry.Usage;
            _entries++;
            _duplicates += entry.Duplicate ? 1 : 0;
        }
    }
}
