using System.Data.Common;
using Leeway.Storage.Sql;
using Leeway.Storage.Sqlite;

namespace Leeway.Storage.Archives;

/// <summary>What is done with a whole store: its schema brought up to date, a backup, its return, a move to another kind of store.</summary>
public static class StoreOperations
{
    /// <summary>Writes everything that a store holds at this instant into a new folder, while gateways may run on it.</summary>
    /// <exception cref="ArchiveException">There is no store, or the folder is there already.</exception>
    public static async Task<TransferReport> BackupAsync(
        StoreAddress from, string folder, TimeProvider clock, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        await using IStoreSource source = await OpenSourceAsync(from, atRest: false, cancellationToken);
        await using IStoreTarget target = new FolderTarget(folder, clock);
        return await RunAsync(source, target, progress, cancellationToken);
    }

    /// <summary>Fills an empty store from a backup, all or nothing.</summary>
    /// <exception cref="ArchiveException">It is no backup, it is damaged, or the store is not empty.</exception>
    /// <exception cref="StorageInUseException">A gateway runs on the store.</exception>
    public static async Task<TransferReport> RestoreAsync(string folder, StoreAddress to, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        await using FolderSource source = FolderSource.Open(folder);
        await source.VerifyAsync(progress, cancellationToken);
        await using IStoreTarget target = OpenTarget(to);
        return await RunAsync(source, target, progress, cancellationToken);
    }

    /// <summary>Fills an empty store from another, all or nothing. No gateway may run on either.</summary>
    /// <exception cref="ArchiveException">There is no store to copy, or the other is not empty.</exception>
    /// <exception cref="StorageInUseException">A gateway runs on one of them.</exception>
    public static async Task<TransferReport> CopyAsync(StoreAddress from, StoreAddress to, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        await using IStoreSource source = await OpenSourceAsync(from, atRest: true, cancellationToken);
        await using IStoreTarget target = OpenTarget(to);
        return await RunAsync(source, target, progress, cancellationToken);
    }

    /// <summary>Brings a store's schema up to date, or tells what that would apply.</summary>
    /// <exception cref="StorageSchemaException">A newer Leeway wrote it.</exception>
    /// <exception cref="StorageInUseException">A gateway runs on a SQLite store.</exception>
    public static async Task<MigrationReport> MigrateAsync(StoreAddress store, bool check, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (!store.IsPostgres)
        {
            return await Task.Run(() => check ? SqliteSchema.Check(store.Place) : SqliteSchema.Apply(store.Place), cancellationToken);
        }

        MigrationReport report = await PostgresSchema.CheckAsync(store.Place, cancellationToken);
        if (!check)
        {
            await Task.Run(() => PostgresSchema.Apply(store.Place), cancellationToken);
        }

        return report;
    }

    private static async Task<TransferReport> RunAsync(IStoreSource source, IStoreTarget target, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        int known = Migrations.Newest(SqliteDatabase.Scripts);
        if (source.Schema > known)
        {
            throw new ArchiveException($"{source.Name} has schema {source.Schema}, but this Leeway knows up to {known}. Nothing was changed. Use a newer Leeway.");
        }

        try
        {
            return await new StoreTransfer(source, target, progress).RunAsync(cancellationToken);
        }
        catch (DbException exception)
        {
            throw new ArchiveException($"{source.Name} could not be carried to {target.Name}: {exception.Message} Nothing was changed.", exception);
        }
    }

    private static async Task<IStoreSource> OpenSourceAsync(StoreAddress address, bool atRest, CancellationToken cancellationToken) =>
        address.IsPostgres ? await PostgresSource.OpenAsync(address.Place, atRest, cancellationToken) : SqliteSource.Open(address.Place, atRest);

    private static IStoreTarget OpenTarget(StoreAddress address) => address.IsPostgres ? new PostgresTarget(address.Place) : SqliteTarget.Open(address.Place);
}
