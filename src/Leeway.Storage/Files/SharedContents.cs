using System.Collections.Concurrent;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Files;

/// <summary>
/// Contents of many nodes: each is kept where all of them find it, and this node's folder is a cache of what it took in or has read. A copy
/// whose content was removed by another node goes with the next sweep.
/// </summary>
internal sealed class SharedContents(FileContents cache, ISharedContents shared) : INamedContents
{
    private readonly ConcurrentDictionary<Guid, Lazy<bool>> _fetching = new();

    /// <inheritdoc/>
    public IFileDraft Begin() => new SharedDraft(cache.Begin(), cache, shared);

    /// <inheritdoc/>
    public Stream? Open(Guid id) => cache.Open(id) ?? (Fetch(id) ? cache.Open(id) : null);

    /// <inheritdoc/>
    public void Read(Guid id, long offset, Span<byte> target)
    {
        try
        {
            cache.Read(id, offset, target);
        }
        catch (FileNotFoundException)
        {
            if (!Fetch(id))
            {
                throw;
            }

            cache.Read(id, offset, target);
        }
    }

    /// <inheritdoc/>
    public void Remove(Guid id)
    {
        cache.Remove(id);
        shared.Remove(id);
    }

    /// <inheritdoc/>
    public void Name(Session session, Guid sealedAs, Guid id) => shared.Name(session, sealedAs, id);

    /// <inheritdoc/>
    public void Settle(Guid sealedAs, Guid id, bool isNamed)
    {
        if (isNamed)
        {
            cache.Rename(sealedAs, id);
            return;
        }

        cache.Remove(sealedAs);
        try
        {
            shared.Remove(sealedAs);
        }
        catch (StorageUnavailableException)
        {
            // A later start removes what nothing knows of.
        }
    }

    // Of those who ask for the same content at once, one fetches it.
    private bool Fetch(Guid id)
    {
        Lazy<bool> fetch = _fetching.GetOrAdd(id, new Lazy<bool>(() => cache.Take(id, target => shared.TryCopyTo(id, target))));
        try
        {
            return fetch.Value;
        }
        finally
        {
            _fetching.TryRemove(new KeyValuePair<Guid, Lazy<bool>>(id, fetch));
        }
    }

    private sealed class SharedDraft(IFileDraft draft, FileContents cache, ISharedContents shared) : IFileDraft
    {
        public long Length => draft.Length;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => draft.WriteAsync(bytes, cancellationToken);

        public async ValueTask SealAsync(Guid id, CancellationToken cancellationToken)
        {
            await draft.SealAsync(id, cancellationToken);
            try
            {
                await using Stream content = cache.Open(id) ?? throw new ContentWriteException(new FileNotFoundException($"The content {id:N} is gone from the folder."));
                await shared.WriteAsync(id, content, cancellationToken);
            }
            catch
            {
                cache.Remove(id);
                throw;
            }
        }

        public ValueTask DisposeAsync() => draft.DisposeAsync();
    }
}
