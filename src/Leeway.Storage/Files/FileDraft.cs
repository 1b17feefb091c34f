using Microsoft.Win32.SafeHandles;

namespace Leeway.Storage.Files;

/// <summary>
/// A content on its way. While more comes, what is written is flushed in the background, so that the disk works during the upload and
/// sealing waits for the rest only.
/// </summary>
internal sealed class FileDraft : IFileDraft
{
    private const long FlushEvery = 16 << 20;

    private readonly string _folder;
    private readonly string _path;
    private readonly Func<Guid, string> _pathOf;
    private readonly FileStream _file;
    private Task _flush = Task.CompletedTask;
    private long _flushed;
    private bool _sealed;

    public FileDraft(string folder, string path, Func<Guid, string> pathOf)
    {
        (_folder, _path, _pathOf) = (folder, path, pathOf);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            _file = new FileStream(path, options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContentWriteException(exception as IOException ?? new IOException(exception.Message, exception));
        }
    }

    public long Length { get; private set; }

    private SafeFileHandle Handle => _file.SafeFileHandle;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(Handle, bytes, Length, cancellationToken);
            Length += bytes.Length;
            if (Length - _flushed >= FlushEvery && _flush.IsCompleted)
            {
                await _flush;
                _flushed = Length;
                _flush = Task.Run(() => FileSync.Data(Handle), CancellationToken.None);
            }
        }
        catch (IOException exception)
        {
            throw new ContentWriteException(exception);
        }
    }

    public async ValueTask SealAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await _flush;
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Run(() => Seal(_pathOf(id)), CancellationToken.None);
        }
        catch (IOException exception)
        {
            throw new ContentWriteException(exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _flush.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _file.DisposeAsync();
        if (!_sealed)
        {
            File.Delete(_path);
        }
    }

    private void Seal(string path)
    {
        RandomAccess.FlushToDisk(Handle);
        File.Move(_path, path);
        _sealed = true;
        FileSync.Names(_folder);
    }
}
