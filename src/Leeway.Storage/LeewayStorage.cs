using Leeway.Storage.Access;
using Leeway.Storage.Batches;
using Leeway.Storage.ClientBatches;
using Leeway.Storage.Delivery;
using Leeway.Storage.Files;
using Leeway.Storage.Ledger;
using Leeway.Storage.Mail;
using Leeway.Storage.Nodes;
using Leeway.Storage.Pickups;
using Leeway.Storage.Plans;
using Leeway.Storage.Postgres;
using Leeway.Storage.Requests;
using Leeway.Storage.Responses;
using Leeway.Storage.Results;
using Leeway.Storage.Sql;
using Leeway.Storage.Sqlite;
using Leeway.Storage.Turnaround;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Leeway.Storage;

/// <summary>The stores, on a database that this process has opened.</summary>
public sealed class LeewayStorage : IAsyncDisposable
{
    internal const string ContentsFolder = "files";

    private readonly StorageLock _lock;
    private readonly StorageDatabase _database;
    private readonly Writer _writer;
    private readonly LedgerStore _ledger;
    private readonly PlanStore _plans;
    private readonly ContentSweeper? _sweeper;
    private int _disposed;

    private LeewayStorage(string folder, StorageLock folderLock, StorageDatabase database, FileContents cache, TimeProvider clock, IdSource ids, ILogger logger)
    {
        INamedContents contents = database.Contents is { } shared ? new SharedContents(cache, shared) : cache;
        FileContents = contents;
        var names = new InternedNames();
        var teams = new InternedTeams();
        var groups = new InternedGroups();
        var entries = new EntryRows(names);
        var events = new EventRows(ids);
        var plans = new PlanTexts();
        var fence = new NodeFence(database.IsShared);
        var inserts = new RequestInserts(names, teams, groups, plans, fence);
        var batches = new BatchRows(groups);
        var bodies = new BodyRows(contents);
        ReadPool reads = database.Reads;
        Folder = folder;
        _lock = folderLock;
        _database = database;
        _writer = new Writer(database.Writing, fence, database.Committed, () => { names.ForgetNumbers(); teams.ForgetNumbers(); groups.ForgetNumbers(); plans.ForgetNumbers(); }, logger);
        _ledger = new LedgerStore(_writer, reads, entries, new PackedEntries(names), clock, logger);
        Requests = new RequestStore(_writer, reads, names, inserts, new RequestRows(names, teams, groups, entries), bodies);
        Batches = new BatchStore(_writer, reads, names, groups, batches, bodies, fence);
        _plans = new PlanStore(_writer, reads, plans, batches, clock, logger);
        Results = new ResultStore(_writer, entries, events, fence);
        Responses = new ResponseStore(_writer, reads);
        Mail = new MailStore(_writer, reads, teams, events);
        Deliveries = new DeliveryStore(_writer, reads, teams, database.IsShared);
        ClientBatches = new ClientBatchStore(_writer, reads, inserts, events, contents, fence);
        Pickups = new PickupStore(_writer, reads);
        Turnarounds = new TurnaroundStore(_writer, reads);
        Keys = new KeyStore(_writer, reads, teams);
        Files = new FileStore(_writer, reads);
        Uploads = new UploadStore(_writer, reads);
        _sweeper = database.Contents is null ? null : new ContentSweeper(cache, reads, clock, logger);
        var nodes = new NodeStore(_writer, reads, fence, folder, database.IsShared, ids);
        database.Hinted += nodes.Heard;
        Nodes = nodes;
        Allowances = new AllowanceStore(_writer);
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

    /// <summary>Mail addresses and what mails tell.</summary>
    public IMailStore Mail { get; }

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

    /// <summary>What has been used of allowances.</summary>
    public IAllowanceStore Allowances { get; }

    /// <summary>The nodes that share the database.</summary>
    public INodeStore Nodes { get; }

    /// <summary>Opens or creates the stores that a configuration names.</summary>
    /// <exception cref="StorageInUseException">Another process has the folder.</exception>
    /// <exception cref="StorageSchemaException">A newer Leeway wrote it.</exception>
    /// <exception cref="StorageUnavailableException">The server cannot be reached, or refuses.</exception>
    public static Task<LeewayStorage> OpenAsync(StorageConfig config, TimeProvider clock, IdSource? ids, ILogger logger, CancellationToken cancellationToken) =>
        config is { Kind: StorageKind.Postgres, Connection: { } connection }
            ? OpenPostgresAsync(connection.Reveal(), config.Path, clock, ids, logger, cancellationToken)
            : OpenSqliteAsync(config.Path, clock, ids, logger, cancellationToken);

    /// <summary>What is wrong with a connection string of PostgreSQL, without its values; null when it can be read.</summary>
    public static string? ProblemOf(string connection)
    {
        try
        {
            PostgresConnection.Parse(connection);
            return null;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or InvalidOperationException)
        {
            return unreadable is PostgresConnectionException ? unreadable.Message : "a part of it is unknown or cannot be read";
        }
    }

    /// <summary>Whether a PostgreSQL database can be used, for who asks before starting: its server and schema.</summary>
    /// <exception cref="StorageUnavailableException">It cannot; the message says why and what to do.</exception>
    public static Task<string> ProbePostgresAsync(string connection, CancellationToken cancellationToken) =>
        Task.Run(() => PostgresProbe.Run(connection), cancellationToken);

    /// <summary>Opens or creates the stores on a SQLite file in <paramref name="folder"/>.</summary>
    /// <param name="folder">The folder; made when missing.</param>
    /// <param name="clock">Times checkpoints and the wait of appended entries; no row gets an instant from it.</param>
    /// <param name="ids">Gives ids to deliveries whose end brings none; null makes one of its own.</param>
    /// <param name="logger">Where trouble of the writer is told.</param>
    /// <param name="cancellationToken">Ends opening.</param>
    /// <exception cref="StorageInUseException">Another owner has the folder.</exception>
    /// <exception cref="StorageSchemaException">A newer Leeway wrote it.</exception>
    public static Task<LeewayStorage> OpenSqliteAsync(string folder, TimeProvider clock, IdSource? ids, ILogger logger, CancellationToken cancellationToken) =>
        Task.Run(() => Open(folder, () => new SqliteDatabase(folder, clock), clock, ids ?? new IdSource(clock, new SystemRandomSource()), logger), cancellationToken);

    /// <summary>Opens or creates the stores in a PostgreSQL database.</summary>
    /// <param name="connection">The connection string, or a <c>postgres://</c> address.</param>
    /// <param name="folder">The folder of this node alone: its lock and contents of files. Made when missing.</param>
    /// <param name="clock">Times the wait of appended entries; no row gets an instant from it.</param>
    /// <param name="ids">Gives ids to deliveries whose end brings none; null makes one of its own.</param>
    /// <param name="logger">Where trouble of the writer is told.</param>
    /// <param name="cancellationToken">Ends opening.</param>
    /// <exception cref="StorageUnavailableException">The server cannot be reached, or refuses.</exception>
    /// <exception cref="StorageInUseException">Another process has the folder.</exception>
    /// <exception cref="StorageSchemaException">A newer Leeway wrote the database.</exception>
    public static Task<LeewayStorage> OpenPostgresAsync(
        string connection, string folder, TimeProvider clock, IdSource? ids, ILogger logger, CancellationToken cancellationToken) =>
        OpenPostgresAsync(connection, folder, clock, ids, logger, PostgresPatience.Default, cancellationToken);

    internal static Task<LeewayStorage> OpenPostgresAsync(
        string connection, string folder, TimeProvider clock, IdSource? ids, ILogger logger, PostgresPatience patience, CancellationToken cancellationToken)
    {
        IdSource source = ids ?? new IdSource(clock, new SystemRandomSource());
        return Task.Run(() => Open(folder, () => new PostgresDatabase(connection, clock, source, patience), clock, source, logger), cancellationToken);
    }

    /// <summary>Commits what is pending, and gives the folder free.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_sweeper is not null)
        {
            await _sweeper.DisposeAsync();
        }

        _ledger.Dispose();
        _plans.Dispose();
        await _writer.DisposeAsync();
        await _database.DisposeAsync();
        _lock.Dispose();
    }

    private static LeewayStorage Open(string folder, Func<StorageDatabase> open, TimeProvider clock, IdSource ids, ILogger logger)
    {
        Directory.CreateDirectory(folder);
        StorageLock folderLock = StorageLock.Take(folder);
        StorageDatabase? database = null;
        try
        {
            database = open();
            Migrations.Apply(database.Writing, database.Dialect, database.Place);
            database.Migrated();
            var contents = new FileContents(Path.Combine(folder, ContentsFolder), ids);
            contents.Clean(ContentSweeper.Known(database.Writing).Contains);
            return new LeewayStorage(folder, folderLock, database, contents, clock, ids, logger);
        }
        catch (Exception failure)
        {
            database?.Close();
            folderLock.Dispose();
            if (failure is NpgsqlException refused)
            {
                throw PostgresFailures.Unavailable(refused);
            }

            throw;
        }
    }
}
