using Leeway.Storage.Access;
using Leeway.Storage.Batches;
using Leeway.Storage.ClientBatches;
using Leeway.Storage.Delivery;
using Leeway.Storage.Files;
using Leeway.Storage.Ledger;
using Leeway.Storage.Pickups;
using Leeway.Storage.Plans;
using Leeway.Storage.Requests;
using Leeway.Storage.Responses;
using Leeway.Storage.Results;
using Leeway.Storage.Sqlite;
using Leeway.Storage.Turnaround;
using Microsoft.Extensions.Logging;

namespace Leeway.Storage;

/// <summary>The stores on one SQLite file in a folder that this process owns.</summary>
public sealed class SqliteStorage : IAsyncDisposable
{
    private const string FileName = "leeway.db";
    private const string ContentsFolder = "files";

    private readonly StorageLock _lock;
    private readonly Session _session;
    private readonly Checkpointer _checkpointer;
    private readonly Writer _writer;
    private readonly ReadPool _reads;
    private readonly LedgerStore _ledger;
    private readonly PlanStore _plans;
    private int _disposed;

    private SqliteStorage(string folder, StorageLock folderLock, Session session, FileContents contents, TimeProvider clock, IdSource ids, ILogger logger)
    {
        string file = Path.Combine(folder, FileName);
        var names = new InternedNames();
        var teams = new InternedTeams();
        var groups = new InternedGroups();
        var entries = new EntryRows(names);
        var events = new EventRows(ids);
        var plans = new PlanTexts();
        var inserts = new RequestInserts(names, teams, groups, plans);
        var batches = new BatchRows(groups);
        var bodies = new BodyRows(contents);
        Folder = folder;
        _lock = folderLock;
        _session = session;
        _checkpointer = new Checkpointer(file, clock);
        _writer = new Writer(session, _checkpointer, () => { names.ForgetNumbers(); teams.ForgetNumbers(); groups.ForgetNumbers(); plans.ForgetNumbers(); }, logger);
        _reads = new ReadPool(file);
        _ledger = new LedgerStore(_writer, _reads, entries, new PackedEntries(names), clock, logger);
        Requests = new RequestStore(_writer, _reads, names, inserts, new RequestRows(names, teams, groups, entries), bodies);
        Batches = new BatchStore(_writer, _reads, names, groups, batches, bodies);
        _plans = new PlanStore(_writer, _reads, plans, batches, clock, logger);
        Results = new ResultStore(_writer, entries, events);
        Responses = new ResponseStore(_writer, _reads);
        Deliveries = new DeliveryStore(_writer, _reads, teams);
        ClientBatches = new ClientBatchStore(_writer, _reads, inserts, events);
        Pickups = new PickupStore(_writer, _reads);
        Turnarounds = new TurnaroundStore(_writer, _reads);
        Keys = new KeyStore(_writer, _reads, teams);
        Files = new FileStore(_writer, _reads);
        Uploads = new UploadStore(_writer, _reads);
        FileContents = contents;
        _writer.Start();
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Requests.</summary>
    public IRequestStore Requests { get; }

    /// <summary>Provider batches.</summary>
    public IBatchStore Batches { get; }

    /// <summary>Ends of requests.</summary>
    public IResultStore Results { get; }

    /// <summary>What is kept of Responses.</summary>
    public IResponseStore Responses { get; }

    /// <summary>Ledger entries.</summary>
    public ILedgerStore Ledger => _ledger;

    /// <summary>Webhook endpoints and deliveries.</summary>
    public IDeliveryStore Deliveries { get; }

    /// <summary>What is known of files.</summary>
    public IFileStore Files { get; }

    /// <summary>Uploads in parts.</summary>
    public IUploadStore Uploads { get; }

    /// <summary>Contents of files and parts.</summary>
    public IFileContents FileContents { get; }

    /// <summary>Clients' batches.</summary>
    public IClientBatchStore ClientBatches { get; }

    /// <summary>Plans, and what else a timeline is drawn from.</summary>
    public IPlanStore Plans => _plans;

    /// <summary>When results reached their owners.</summary>
    public IPickupStore Pickups { get; }

    /// <summary>What was learnt of turnarounds.</summary>
    public ITurnaroundStore Turnarounds { get; }

    /// <summary>Virtual keys.</summary>
    public IKeyStore Keys { get; }

    /// <summary>Opens or creates the stores in <paramref name="folder"/>.</summary>
    /// <param name="folder">The folder; made when missing.</param>
    /// <param name="clock">Times checkpoints and the wait of appended entries; no row gets an instant from it.</param>
    /// <param name="ids">Gives ids to deliveries whose end brings none; null makes one of its own.</param>
    /// <param name="logger">Where trouble of the writer is told.</param>
    /// <param name="cancellationToken">Ends opening.</param>
    /// <exception cref="StorageInUseException">Another owner has the folder.</exception>
    /// <exception cref="StorageSchemaException">A newer Leeway wrote it.</exception>
    public static Task<SqliteStorage> OpenAsync(string folder, TimeProvider clock, IdSource? ids, ILogger logger, CancellationToken cancellationToken) =>
        Task.Run(() => Open(folder, clock, ids ?? new IdSource(clock, new SystemRandomSource()), logger), cancellationToken);

    /// <summary>Commits what is pending, and gives the folder free.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _ledger.Dispose();
        _plans.Dispose();
        await _writer.DisposeAsync();
        await _checkpointer.DisposeAsync();
        _reads.Dispose();
        _session.Dispose();
        _lock.Dispose();
    }

    private static SqliteStorage Open(string folder, TimeProvider clock, IdSource ids, ILogger logger)
    {
        Directory.CreateDirectory(folder);
        StorageLock folderLock = StorageLock.Take(folder);
        Session? session = null;
        try
        {
            session = Session.OpenWriter(Path.Combine(folder, FileName));
            Migrations.Apply(session, folder);
            var contents = new FileContents(Path.Combine(folder, ContentsFolder), ids);
            contents.Clean(LoadContents(session).Contains);
            return new SqliteStorage(folder, folderLock, session, contents, clock, ids, logger);
        }
        catch
        {
            session?.Dispose();
            folderLock.Dispose();
            throw;
        }
    }

    private static HashSet<Guid> LoadContents(Session session)
    {
        var known = new HashSet<Guid>();
        Statement row = session.Read(FileSql.LoadContents);
        while (row.Next())
        {
            known.Add(row.Id());
        }

        session.EndReads();
        return known;
    }
}
