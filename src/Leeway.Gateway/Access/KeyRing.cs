using System.Collections.Concurrent;

namespace Leeway.Gateway.Access;

/// <summary>The keys of this gateway, held in memory. A change is durable before it counts, and counts for every call that comes after it.</summary>
internal sealed class KeyRing : IDisposable
{
    private readonly IKeyStore _store;
    private readonly bool _isShared;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly ConcurrentDictionary<KeyId, LastUse> _uses = new();
    private volatile KeyBook _book;

    /// <param name="store">Where changes are made durable.</param>
    /// <param name="keys">All that it holds.</param>
    /// <param name="isShared">Whether others change them too.</param>
    public KeyRing(IKeyStore store, IReadOnlyCollection<VirtualKey> keys, bool isShared = false)
    {
        (_store, _isShared) = (store, isShared);
        _book = new KeyBook(keys, UseOf);
    }

    /// <summary>The keys now.</summary>
    public KeyBook Book => _book;

    public void Dispose() => _changing.Dispose();

    /// <summary>Reads the keys again: other nodes may have changed them.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await LoadAsync(cancellationToken);
        }
        finally
        {
            _changing.Release();
        }
    }

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
            if (_isShared)
            {
                // Another node may have changed it a moment ago.
                await LoadAsync(cancellationToken);
            }

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

    /// <summary>Notes that a key was used.</summary>
    public void NoteUse(KeyId key, DateTimeOffset now) => UseOf(key).Note(now);

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

    // A book that says the same stays: what callers' credentials were found in it is remembered with it.
    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<VirtualKey> keys = await _store.LoadAsync(cancellationToken);
        KeyBook book = _book;
        if (keys.Count != book.Count || keys.Any(key => book.Find(key.Id) is not { } held || !Same(key, held)))
        {
            _book = new KeyBook(keys, UseOf);
        }
    }

    private static bool Same(VirtualKey left, VirtualKey right) =>
        left.Secret.Hash.Span.SequenceEqual(right.Secret.Hash.Span)
        && left.Earlier is null == right.Earlier is null
        && left.Earlier?.Until == right.Earlier?.Until
        && (left.Earlier is not { } one || right.Earlier is not { } other || one.Secret.Hash.Span.SequenceEqual(other.Secret.Hash.Span))
        && (left.RevokedAt, left.ExpiresAt, left.Team, left.Owner, left.DefaultWait, left.DefaultMail, left.Budget) == (right.RevokedAt, right.ExpiresAt, right.Team, right.Owner, right.DefaultWait, right.DefaultMail, right.Budget)
        && left.Models.SequenceEqual(right.Models);

    private LastUse UseOf(KeyId id) => _uses.GetOrAdd(id, static _ => new LastUse());
}
