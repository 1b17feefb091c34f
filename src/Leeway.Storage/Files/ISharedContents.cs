using Leeway.Storage.Sql;

namespace Leeway.Storage.Files;

/// <summary>Contents where every node finds them, whichever took them in.</summary>
internal interface ISharedContents
{
    /// <summary>Keeps a content; whole or not at all.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be kept now.</exception>
    Task WriteAsync(Guid id, Stream content, CancellationToken cancellationToken);

    /// <summary>Copies a content; false when there is none.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be read now.</exception>
    bool TryCopyTo(Guid id, Stream target);

    /// <summary>Gives a content another id within a transaction, in place of what had that id.</summary>
    /// <exception cref="InvalidOperationException">There is no such content.</exception>
    void Name(Session session, Guid sealedAs, Guid id);

    /// <summary>Removes a content; nothing happens when there is none.</summary>
    void Remove(Guid id);
}
