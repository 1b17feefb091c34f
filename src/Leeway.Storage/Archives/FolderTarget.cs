using System.Buffers.Binary;
using System.IO.Compression;
using Leeway.Storage.Files;

namespace Leeway.Storage.Archives;

/// <summary>A backup in the making: a folder beside the one that was named, which takes its name when everything in it is durable.</summary>
internal sealed class FolderTarget(string folder, TimeProvider clock) : IStoreTarget
{
    private readonly string _folder = Path.GetFullPath(folder);
    private bool _begun;
    private bool _completed;

    /// <inheritdoc/>
    public string Name => $"the backup '{folder}'";

    private string Partial => _folder + ".partial";

    /// <inheritdoc/>
    public Task PrepareAsync(int schema, IReadOnlyList<ArchiveTable> tables, CancellationToken cancellationToken)
    {
        if (File.Exists(_folder) || (Directory.Exists(_folder) && Directory.EnumerateFileSystemEntries(_folder).Any()))
        {
            throw new ArchiveException($"'{folder}' is there already. Nothing was changed. Name a folder that does not exist.");
        }

        BackupFolder.RemovePartial(Partial);
        BackupFolder.Create(Partial);
        _begun = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task WriteAsync(ArchiveTable table, IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, CancellationToken cancellationToken)
    {
        await using FileStream file = Create(BackupFolder.Table(Partial, table.Name));
        var length = new byte[sizeof(int)];
        await using (var packed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            await foreach (ReadOnlyMemory<byte> block in blocks.WithCancellation(cancellationToken))
            {
                BinaryPrimitives.WriteInt32LittleEndian(length, block.Length);
                await packed.WriteAsync(length, cancellationToken);
                await packed.WriteAsync(block, cancellationToken);
            }
        }

        file.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public async Task WriteContentAsync(Guid id, Stream content, CancellationToken cancellationToken)
    {
        await using FileStream file = Create(BackupFolder.Content(Partial, id));
        await content.CopyToAsync(file, cancellationToken);
        file.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadBackAsync(ArchiveTable table, CancellationToken cancellationToken) =>
        FolderSource.ReadTableAsync(Partial, table, cancellationToken);

    /// <inheritdoc/>
    public Task CompleteAsync(TransferReport report, CancellationToken cancellationToken)
    {
        var manifest = new Manifest
        {
            Form = Manifest.CurrentForm,
            MadeAt = clock.GetUtcNow(),
            From = report.From,
            Schema = report.Schema,
            Tables = report.Tables,
            Files = report.Contents,
            Gone = report.Gone,
        };
        using (FileStream file = Create(BackupFolder.Manifest(Partial)))
        {
            file.Write(manifest.ToJson());
            file.Flush(flushToDisk: true);
        }

        BackupFolder.Sync(Partial);
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder);
        }

        Directory.Move(Partial, _folder);
        FileSync.Names(Path.GetDirectoryName(_folder)!);
        _completed = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (_begun && !_completed)
        {
            BackupFolder.RemovePartial(Partial);
        }

        return ValueTask.CompletedTask;
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 128 * 1024 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
