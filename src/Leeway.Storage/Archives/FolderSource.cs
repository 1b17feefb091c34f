using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Leeway.Storage.Archives;

/// <summary>A backup.</summary>
internal sealed class FolderSource : IStoreSource
{
    // The largest row that a store takes, so that a damaged length does not ask for all memory.
    private const int MostBlockBytes = (1 << 30) + RowWriter.BlockBytes;

    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    private readonly string _folder;
    private readonly Manifest _manifest;
    private readonly Dictionary<Guid, ContentReport> _contents;

    private FolderSource(string folder, Manifest manifest)
    {
        (_folder, _manifest) = (folder, manifest);
        _contents = manifest.Files.ToDictionary(static file => file.Id);
        Tables = [.. manifest.Tables.Select(static table => new ArchiveTable(table.Name, table.Columns))];
    }

    /// <inheritdoc/>
    public string Name => $"the backup '{_folder}'";

    /// <inheritdoc/>
    public int Schema => _manifest.Schema;

    /// <inheritdoc/>
    public IReadOnlyList<ArchiveTable> Tables { get; }

    /// <summary>Opens a backup.</summary>
    /// <exception cref="ArchiveException">It is none, or one of a newer form.</exception>
    public static FolderSource Open(string folder)
    {
        string file = BackupFolder.Manifest(folder);
        if (!File.Exists(file))
        {
            throw new ArchiveException(
                $"'{folder}' is no backup: it has no {BackupFolder.ManifestName}. Nothing was changed. A backup that was broken off is called '….partial' and cannot be restored.");
        }

        Manifest manifest = Manifest.Read(file);
        if (manifest.Form != Manifest.CurrentForm)
        {
            throw new ArchiveException($"The backup '{folder}' has form {manifest.Form}, but this Leeway knows form {Manifest.CurrentForm}. Nothing was changed. Use a newer Leeway.");
        }

        // Names of tables and columns go into statements.
        foreach (string name in manifest.Tables.SelectMany(static table => table.Columns.Append(table.Name)))
        {
            if (name.Length is 0 or > 60 || name.AsSpan().ContainsAnyExcept(s_letters))
            {
                throw new ArchiveException($"The backup '{folder}' names a table or column '{name}', which no Leeway has. Nothing was changed.");
            }
        }

        return new FolderSource(folder, manifest);
    }

    /// <summary>Reads all tables and compares them with the manifest, so that nothing is made of a damaged one.</summary>
    /// <exception cref="ArchiveException">It is damaged.</exception>
    public async Task VerifyAsync(IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        foreach (ArchiveTable table in Tables)
        {
            var sum = new TableSum();
            await foreach (ReadOnlyMemory<byte> block in ReadAsync(table, cancellationToken))
            {
                try
                {
                    sum.Add(block.Span);
                }
                catch (ArchiveException exception)
                {
                    throw Damaged(BackupFolder.Table(_folder, table.Name), exception);
                }

                progress.Report(new TransferProgress(table.Name, TransferStep.Check, sum.Rows, sum.Bytes, IsDone: false));
            }

            if (Promised(table) is { } promised && (promised.Rows != sum.Rows || promised.Checksum != sum.Checksum))
            {
                throw new ArchiveException(
                    $"{Name} is damaged: its table '{table.Name}' has {sum.Rows} rows of checksum {sum.Checksum}, and its manifest says {promised.Rows} of {promised.Checksum}. Nothing was changed.");
            }
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(ArchiveTable table, CancellationToken cancellationToken) => ReadTableAsync(_folder, table, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> ListContentsAsync(CancellationToken cancellationToken)
    {
        foreach (Guid id in _contents.Keys)
        {
            if (!File.Exists(BackupFolder.Content(_folder, id)))
            {
                throw new ArchiveException($"{Name} is damaged: its file {id:N} is missing. Nothing was changed.");
            }
        }

        return Task.FromResult<IReadOnlyList<Guid>>([.. _contents.Keys]);
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenContentAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult<Stream?>(File.OpenRead(BackupFolder.Content(_folder, id)));

    /// <inheritdoc/>
    public (long Rows, string Checksum)? Promised(ArchiveTable table)
    {
        TableReport report = _manifest.Tables.First(known => known.Name == table.Name);
        return (report.Rows, report.Checksum);
    }

    /// <inheritdoc/>
    public ContentReport? PromisedContent(Guid id) => _contents[id];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The blocks of a table.</summary>
    /// <exception cref="ArchiveException">They are cut off or no longer what they were.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadTableAsync(string folder, ArchiveTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string path = BackupFolder.Table(folder, table.Name);
        if (!File.Exists(path))
        {
            throw new ArchiveException($"The backup '{folder}' is damaged: its table '{table.Name}' is missing. Nothing was changed.");
        }

        await using FileStream file = File.OpenRead(path);
        await using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        var block = new byte[RowWriter.BlockBytes * 2];
        int length;
        while ((length = await NextAsync(unpacked, path, cancellationToken)) >= 0)
        {
            if (length > block.Length)
            {
                block = new byte[length];
            }

            await FillAsync(unpacked, block.AsMemory(0, length), path, cancellationToken);
            yield return block.AsMemory(0, length);
        }
    }

    // The length of the next block; −1 at the end.
    private static async Task<int> NextAsync(Stream stream, string path, CancellationToken cancellationToken)
    {
        var length = new byte[sizeof(int)];
        int read;
        try
        {
            read = await stream.ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(path, exception);
        }

        return read switch
        {
            0 => -1,
            sizeof(int) when BinaryPrimitives.ReadInt32LittleEndian(length) is > 0 and <= MostBlockBytes and var value => value,
            _ => throw Damaged(path, null),
        };
    }

    private static async Task FillAsync(Stream stream, Memory<byte> block, string path, CancellationToken cancellationToken)
    {
        try
        {
            await stream.ReadExactlyAsync(block, cancellationToken);
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
        {
            throw Damaged(path, exception);
        }
    }

    private static ArchiveException Damaged(string path, Exception? inner) => new($"The backup is damaged: '{path}' is cut off or altered. Nothing was changed.", inner);
}
