using System.Collections.Frozen;

namespace Leeway.Adapters.Objects;

/// <summary>Object storages by the scheme of their addresses.</summary>
internal static class ObjectStores
{
    private static readonly FrozenDictionary<string, Func<ObjectLocation, CloudSettings, IObjectStore>> s_byScheme = new Dictionary<string, Func<ObjectLocation, CloudSettings, IObjectStore>>
    {
        ["file"] = static (location, _) => new DiskObjects(location),
        ["gs"] = static (location, cloud) => new CloudStorageObjects(location, cloud, TimeProvider.System),
        ["s3"] = static (location, cloud) => S3Objects.Open(location, cloud),
        ["az"] = static (location, cloud) => BlobObjects.Open(location, cloud),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Opens the storage at a place. Nothing is called yet.</summary>
    /// <param name="location">Scheme, bucket and prefix.</param>
    /// <param name="cloud">Whose credentials are used.</param>
    /// <exception cref="ProviderException">There is no such scheme, or the settings do not suffice.</exception>
    public static IObjectStore Open(ObjectLocation location, CloudSettings cloud) =>
        s_byScheme.TryGetValue(location.Root.Scheme, out Func<ObjectLocation, CloudSettings, IObjectStore>? open)
            ? open(location, cloud)
            : throw new ProviderException(new ProviderError(
                ProviderErrorKind.InvalidRequest,
                $"storage.url '{location.Root}' has the scheme '{location.Root.Scheme}'; known are {string.Join(", ", s_byScheme.Keys.Order(StringComparer.Ordinal))}."));
}
