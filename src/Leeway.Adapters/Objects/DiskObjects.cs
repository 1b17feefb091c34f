using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Leeway.Adapters.Objects;

/// <summary>
/// Objects as files below a folder. A file is written under a hidden name, flushed to the disk and then renamed, so that it is seen whole
/// or not at all. A key cannot be another one's folder.
/// </summary>
internal sealed class DiskObjects(ObjectLocation location) : IObjectStore
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(location.Root.LocalPath));

    /// <inheritdoc/>
    public string AddressOf(string key) => new Uri(PathOf(key)).AbsoluteUri;

    /// <inheritdoc/>
    public async Task WriteAsync(string key, string contentType, Func<PipeWriter, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        string path = PathOf(key);
        string folder = Path.GetDirectoryName(path)!;
        string hidden = Path.Combine(folder, ObjectKeys.Hidden + Path.GetRandomFileName());
        bool written = false;
        try
        {
            Directory.CreateDirectory(folder);
            await using (var file = new FileStream(hidden, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous }))
            {
                PipeWriter output = PipeWriter.Create(file, new StreamPipeWriterOptions(minimumBufferSize: 65536, leaveOpen: true));
                Exception? failure = null;
                try
                {
                    await write(output, cancellationToken);
                    await output.FlushAsync(cancellationToken);
                    written = true;
                }
                catch (Exception e)
                {
                    failure = e;
                    throw;
                }
                finally
                {
                    // Completing with an error discards what is buffered instead of writing it.
                    await output.CompleteAsync(failure);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(hidden, path, overwrite: true);
        }
        catch (Exception e) when (written && Explain(e) is { } told)
        {
            throw told;
        }
        catch (Exception e) when (!File.Exists(hidden) && Explain(e) is { } told)
        {
            // Nothing could be opened, so it was not the writer of the content that failed.
            throw told;
        }
        finally
        {
            // After a rename there is nothing to delete.
            TryDelete(hidden);
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(PathOf(key), new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, Share = FileShare.ReadWrite | FileShare.Delete });
            return Task.FromResult<Stream>(new ObjectStream(file, Explain));
        }
        catch (Exception e) when (Explain(e) is { } told)
        {
            throw told;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        List<StoredObject> found;
        try
        {
            found = Find(prefix);
        }
        catch (Exception e) when (Explain(e) is { } told)
        {
            throw told;
        }

        found.Sort(static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        foreach (StoredObject item in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(PathOf(key));
        }
        catch (DirectoryNotFoundException)
        {
            // Gone is what was asked for.
        }
        catch (Exception e) when (Explain(e) is { } told)
        {
            throw told;
        }

        return Task.CompletedTask;
    }

    private List<StoredObject> Find(string prefix)
    {
        if (!Directory.Exists(_root))
        {
            return [];
        }

        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return [.. from file in new DirectoryInfo(_root).EnumerateFiles("*", all)
                   where !file.Name.StartsWith(ObjectKeys.Hidden, StringComparison.Ordinal)
                   let key = Path.GetRelativePath(_root, file.FullName).Replace(Path.DirectorySeparatorChar, '/')
                   where key.StartsWith(prefix, StringComparison.Ordinal)
                   select new StoredObject(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc))];
    }

    private string PathOf(string key) => Path.Combine(_root, Path.Combine(ObjectKeys.Check(key).Split('/')));

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is hidden from listings; what went wrong before is told.
        }
    }

    private ProviderException? Explain(Exception e)
    {
        ProviderErrorKind? kind = e switch
        {
            FileNotFoundException or DirectoryNotFoundException => ProviderErrorKind.NotFound,
            UnauthorizedAccessException => ProviderErrorKind.AuthenticationFailed,
            IOException => ProviderErrorKind.ServerError,
            _ => null,
        };
        return kind is { } known ? new ProviderException(new ProviderError(known, $"The storage at {location.Root}: {e.Message}"), e) : null;
    }
}
