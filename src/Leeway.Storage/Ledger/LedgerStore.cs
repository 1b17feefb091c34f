using System.Collections.Concurrent;
using Leeway.Storage.Sql;
using Microsoft.Extensions.Logging;

namespace Leeway.Storage.Ledger;

/// <summary>
/// Ledger entries. Appended ones wait in memory for the next group, at most <see cref="Wait"/>; a sum waits for them, so that a
/// report holds what was appended before it.
/// </summary>
internal sealed partial class LedgerStore : ILedgerStore, IDisposable
{
    /// <summary>How long an appended entry waits for company.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(50);

    // While the database is away; about 100 MB.
    private const int MostKept = 250_000;

    private readonly Writer _writer;
    private readonly ReadPool _reads;
    private readonly EntryRows _rows;
    private readonly PackedEntries _packed;
    private readonly ILogger _logger;
    private readonly ConcurrentQueue<LedgerEntry> _appended = new();
    private readonly ITimer _timer;
    private int _timerSet;
    private long _dropped;
    private volatile bool _failing;
    private volatile bool _disposed;

    public LedgerStore(Writer writer, ReadPool reads, EntryRows rows, PackedEntries packed, TimeProvider clock, ILogger logger)
    {
        _writer = writer;
        _reads = reads;
        _rows = rows;
        _packed = packed;
        _logger = logger;
        _timer = clock.CreateTimer(static state => ((Writer)state!).Nudge(), writer, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        writer.Joining = TakeAppended;
    }

    /// <inheritdoc/>
    public void Append(LedgerEntry entry)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(LeewayStorage));
        if (_failing && _appended.Count >= MostKept)
        {
            Drop();
            return;
        }

        Enqueue(entry);
    }

    /// <inheritdoc/>
    public Task AddAsync(LedgerEntry entry, CancellationToken cancellationToken) =>
        _writer.WriteAsync((_rows, entry), static (session, state) => state._rows.Add(session, state.entry), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CostRow>> SumAsync(CostDimension by, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        // Entries taken for a group leave the queue before they are committed; an operation behind that group ends after it.
        await _writer.WriteAsync(0, static (_, state) => state, cancellationToken);
        return await _reads.ReadAsync((_rows, _packed, by, since, until), static (session, state) =>
        {
            var tally = new CostTally(state.by);
            Statement row = session.Read(EntrySql.LoadBetween).With(state.since).With(state.until);
            while (row.Next())
            {
                tally.Add(state._rows.Entry(session, row));
            }

            Statement packed = session.Read(EntrySql.LoadPackedBetween).With(state.since).With(state.until);
            while (packed.Next())
            {
                foreach (LedgerEntry entry in state._packed.Read(session, packed.Instant(), packed.Int32(), packed.Bytes()))
                {
                    if (entry.At >= state.since && entry.At < state.until)
                    {
                        tally.AddSingle(entry);
                    }
                }
            }

            return tally.Rows();
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LedgerEntry>> ListAsync(DateTimeOffset since, DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        await _writer.WriteAsync(0, static (_, state) => state, cancellationToken);
        return await _reads.ReadAsync((_rows, _packed, since, until, limit), static (session, state) =>
        {
            var found = new List<LedgerEntry>();
            Statement row = session.Read(EntrySql.LoadNewest).With(state.since).With(state.until).With(state.limit);
            while (row.Next())
            {
                found.Add(state._rows.Entry(session, row));
            }

            // Groups are committed one after another: those behind enough entries are older than them.
            int stored = found.Count;
            Statement packed = session.Read(EntrySql.LoadNewestPacked).With(state.since).With(state.until);
            while (found.Count - stored < state.limit && packed.Next())
            {
                found.AddRange(state._packed.Read(session, packed.Instant(), packed.Int32(), packed.Bytes()).Where(entry => entry.At >= state.since && entry.At < state.until));
            }

            return (IReadOnlyList<LedgerEntry>)[.. found.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.RequestId.Value).Take(state.limit)];
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _timer.Dispose();
    }

    private void Enqueue(LedgerEntry entry)
    {
        _appended.Enqueue(entry);

        // Looked at before it is written: under load it is set, and every core appends.
        if (Volatile.Read(ref _timerSet) == 0 && Interlocked.Exchange(ref _timerSet, 1) == 0)
        {
            _timer.Change(Wait, Timeout.InfiniteTimeSpan);
        }
    }

    private WriteAppended? TakeAppended()
    {
        // First the flag: an entry that comes while the queue is emptied sets the timer again, at worst for nothing.
        Volatile.Write(ref _timerSet, 0);
        if (_appended.IsEmpty)
        {
            return null;
        }

        // As many as there are now: under load there would always be one more.
        int count = _appended.Count;
        var taken = new List<LedgerEntry>(count);
        while (taken.Count < count && _appended.TryDequeue(out LedgerEntry? entry))
        {
            taken.Add(entry);
        }

        return new WriteAppended(this, taken);
    }

    private void KeepWaiting(Exception exception, List<LedgerEntry> entries)
    {
        // Said once: while a database is away the next try is a moment later.
        if (!_failing)
        {
            _failing = true;
            LogNotWritten(exception, entries.Count);
        }

        foreach (LedgerEntry entry in entries)
        {
            if (_appended.Count >= MostKept)
            {
                Drop();
            }
            else
            {
                Enqueue(entry);
            }
        }
    }

    private void Drop()
    {
        if (Interlocked.Increment(ref _dropped) == 1)
        {
            LogDropping(MostKept);
        }
    }

    private void Recovered()
    {
        if (_failing)
        {
            _failing = false;
            LogRecovered(Interlocked.Exchange(ref _dropped, 0));
        }
    }

    [LoggerMessage(2, LogLevel.Error, "{Count} ledger entries could not be written; they and those that come are kept in memory and tried again.")]
    private partial void LogNotWritten(Exception exception, int count);

    [LoggerMessage(6, LogLevel.Critical, "{Most} ledger entries wait for the database; further ones are dropped, and the ledger will lack them.")]
    private partial void LogDropping(int most);

    [LoggerMessage(7, LogLevel.Warning, "Ledger entries are written again; {Dropped} were dropped.")]
    private partial void LogRecovered(long dropped);

    private sealed class WriteAppended(LedgerStore store, List<LedgerEntry> entries) : WriteOperation
    {
        // Calls in real time go on without a lease, and their money counts.
        public override bool IsFenced => false;

        public override void Run(Session session)
        {
            for (int done = 0; done < entries.Count; done += PackedEntries.MostInRow)
            {
                store._packed.Add(session, entries.GetRange(done, Math.Min(PackedEntries.MostInRow, entries.Count - done)));
            }
        }

        public override bool WaitsForTruth => true;

        public override void Complete() => store.Recovered();

        // Nothing in an entry can be refused, so what failed is the disk or the way to the database: money is kept until it works again.
        public override void Fail(Exception exception) => store.KeepWaiting(exception, entries);
    }
}
