using Microsoft.Extensions.Logging;

namespace Leeway.Storage;

/// <summary>The stores on one SQLite file in a folder that this process owns.</summary>
public sealed class SqliteStorage : IAsyncDisposable
{
    private SqliteStorage(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Requests.</summary>
    public IRequestStore Requests => throw new NotSupportedException();

    /// <summary>Provider batches.</summary>
    public IBatchStore Batches => throw new NotSupportedException();

    /// <summary>Ends of requests.</summary>
    public IResultStore Results => throw new NotSupportedException();

    /// <summary>Ledger entries.</summary>
    public ILedgerStore Ledger => throw new NotSupportedException();

    /// <summary>Webhook endpoints and deliveries.</summary>
    public IDeliveryStore Deliveries => throw new NotSupportedException();

    /// <summary>Opens or creates the stores in <paramref name="folder"/>.</summary>
    /// <exception cref="StorageInUseException">Another process has the folder.</exception>
    /// <exception cref="StorageSchemaException">A newer Leeway wrote it.</exception>
    public static Task<SqliteStorage> OpenAsync(string folder, TimeProvider clock, IdSource? ids, ILogger logger, CancellationToken cancellationToken) =>
        Task.FromResult(new SqliteStorage(folder));

    /// <summary>Commits what is pending, and gives the folder free.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
