using Leeway.Storage.Sql;

namespace Leeway.Storage.Ledger;

/// <summary>Ledger entries as rows and back.</summary>
internal sealed class EntryRows(InternedNames names)
{
    /// <summary>Adds an entry unless its attempt has one.</summary>
    public void Add(Session session, LedgerEntry entry) =>
        session.Write(EntrySql.Insert)
            .With(entry.RequestId.Value)
            .With(entry.Attempt)
            .With(entry.At)
            .With((long)entry.Lane)
            .With((long)entry.Priority)
            .With(names.Number(session, entry.Deployment))
            .With(names.Number(session, entry.Model))
            .With(names.Number(session, entry.Caller))
            .With(entry.PriceVersion is { } version ? names.Number(session, version) : null)
            .With(entry.Usage.Input)
            .With(entry.Usage.CachedInput)
            .With(entry.Usage.CacheWrite)
            .With(entry.Usage.Output)
            .With(entry.Usage.Reasoning)
            .With(entry.Cost)
            .With(entry.ListCost)
            .With(entry.Duplicate)
            .With(entry.Estimated)
            .With(entry.Usage.CacheWriteHour)
            .With(entry.Usage.AudioInput)
            .With(entry.Usage.AudioOutput)
            .With((long)entry.Tier)
            .WithText(entry.RawUsage.Span)
            .Run();

    /// <summary>Adds an entry.</summary>
    /// <returns>False when its attempt has one, and nothing is written.</returns>
    public bool TryAdd(Session session, LedgerEntry entry)
    {
        Statement row = session.Read(EntrySql.Exists).With(entry.RequestId.Value).With(entry.Attempt);
        bool exists = row.Next();
        row.Reset();
        if (!exists)
        {
            Add(session, entry);
        }

        return !exists;
    }

    /// <summary>The entries of a request, by attempt.</summary>
    public IReadOnlyList<LedgerEntry> OfRequest(Session session, RequestId id)
    {
        Statement row = session.Read(EntrySql.LoadOfRequest).With(id.Value);
        List<LedgerEntry>? found = null;
        while (row.Next())
        {
            (found ??= []).Add(Entry(session, row));
        }

        return found ?? (IReadOnlyList<LedgerEntry>)[];
    }

    /// <summary>The entry that <paramref name="row"/> stands on.</summary>
    public LedgerEntry Entry(Session session, Statement row)
    {
        LedgerEntry entry = First(session, row);
        return entry with
        {
            Usage = entry.Usage with { CacheWriteHour = row.Int64(), AudioInput = row.Int64(), AudioOutput = row.Int64() },
            Tier = (ServedTier)row.Int32(),
            RawUsage = row.BytesOrNull(),
        };
    }

    private LedgerEntry First(Session session, Statement row) => new()
    {
        RequestId = new RequestId(row.Id()),
        Attempt = row.Int32(),
        At = row.Instant(),
        Lane = (Lane)row.Int32(),
        Priority = (Priority)row.Int32(),
        Deployment = names.Value(session, row.Int64()),
        Model = names.Value(session, row.Int64()),
        Caller = names.Value(session, row.Int64()),
        PriceVersion = row.Int64OrNull() is { } version ? names.Value(session, version) : null,
        Usage = new TokenUsage(row.Int64(), row.Int64(), row.Int64(), row.Int64(), row.Int64()),
        Cost = row.MoneyOrNull(),
        ListCost = row.MoneyOrNull(),
        Duplicate = row.Boolean(),
        Estimated = row.Boolean(),
    };
}
