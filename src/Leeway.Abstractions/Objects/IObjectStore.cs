using System.IO.Pipelines;

namespace Leeway;

/// <summary>
/// Objects by key below one <see cref="ObjectLocation"/>. Keys are relative to its prefix, with slashes between their parts. Failures are
/// <see cref="ProviderException"/>, a missing object one of kind <see cref="ProviderErrorKind.NotFound"/>. Thread-safe.
/// </summary>
public interface IObjectStore
{
    /// <summary>The address of an object as vendors name it, e.g. <c>s3://bucket/prefix/key</c>.</summary>
    string AddressOf(string key);

    /// <summary>
    /// Writes an object, replacing what is there. It is seen whole or not at all; memory stays bounded however long it is.
    /// </summary>
    /// <param name="key">Below the prefix.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="write">Called once; writes the content.</param>
    /// <param name="cancellationToken">Ends the writing; nothing is left visible.</param>
    Task WriteAsync(string key, string contentType, Func<PipeWriter, CancellationToken, Task> write, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading from its start.</summary>
    Task<Stream> OpenAsync(string key, CancellationToken cancellationToken);

    /// <summary>Every object whose key begins with <paramref name="prefix"/>, by key.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes an object; deleting what is gone is no error.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);
}

/// <summary>One object of a listing.</summary>
/// <param name="Key">Below the store's prefix.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedAt">When it was written.</param>
public readonly record struct StoredObject(string Key, long Length, DateTimeOffset ModifiedAt);
