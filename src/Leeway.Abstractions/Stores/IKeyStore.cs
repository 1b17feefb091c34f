namespace Leeway;

/// <summary>Virtual keys. They are few and held in memory; the store is read once, at start.</summary>
public interface IKeyStore
{
    /// <summary>All keys, oldest first, also expired and revoked ones.</summary>
    Task<IReadOnlyList<VirtualKey>> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Adds a key; durable when the task completes.</summary>
    Task AddAsync(VirtualKey key, CancellationToken cancellationToken);

    /// <summary>Replaces a key's row; durable when the task completes.</summary>
    Task UpdateAsync(VirtualKey key, CancellationToken cancellationToken);

    /// <summary>Notes when keys were last used. Changes nothing else of them.</summary>
    Task NoteUseAsync(IReadOnlyList<(KeyId Key, DateTimeOffset At)> uses, CancellationToken cancellationToken);
}
