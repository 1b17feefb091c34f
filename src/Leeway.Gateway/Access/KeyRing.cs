using System.Collections.Concurrent;

namespace Leeway.Gateway.Access;

/// <summary>The keys of this gateway, held in memory. A change is durable before it counts, and counts for every call that comes after it.</summary>
internal sealed class KeyRing : IDisposable
{
    private readonly IKeyStore _store;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly ConcurrentDictionary<KeyId, LastUse> _uses = new();
    private volatile KeyBook _book;

    /// <param name="store">Where changes are made durable.</param>
    /// <param name="keys">All that it holds.</param>
    public KeyRing(IKeyStore store, IReadOnlyCollection<VirtualKey> keys)
    {
        _store = store;
        _book = new KeyBook(keys, UseOf);
    }

    /// <summary>The keys now.</summary>
    public KeyBook Book => _book;

    public void Dispose() => _changing.Dispose();

    /// <summary>Adds a key.</summary>
    public async Task AddAsync(VirtualKey key, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await _store.AddAsync(key, cancellationToken);
            _book = new KeyBook([.. _book.Newest, key], UseOf);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Changes a key.</summary>
    /// <returns>The key as it is now, or null when there is none with this id.</returns>
    public async Task<VirtualKey?> ChangeAsync(KeyId id, Func<VirtualKey, VirtualKey> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (_book.Find(id) is not { } before)
            {
                return null;
            }

            VirtualKey after = change(before) with { LastUsedAt = LastUseOf(before) };
            await _store.UpdateAsync(after, cancellationToken);
            _book = new KeyBook([.. _book.Newest.Where(key => key.Id != id), after], UseOf);
            return after;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>When a key was last used, UTC, or null.</summary>
    public DateTimeOffset? LastUseOf(VirtualKey key) => UseOf(key.Id).At ?? key.LastUsedAt;

    /// <summary>Stores the uses since the last call of this.</summary>
    public async Task StoreUsesAsync(CancellationToken cancellationToken)
    {
        var uses = new List<(KeyId, DateTimeOffset)>();
        foreach ((KeyId key, LastUse use) in _uses)
        {
            if (use.TakeNew() is { } at)
            {
                uses.Add((key, at));
            }
        }

        if (uses.Count > 0)
        {
            await _store.NoteUseAsync(uses, cancellationToken);
        }
    }

    private LastUse UseOf(KeyId id) => _uses.GetOrAdd(id, static _ => new LastUse());
}
