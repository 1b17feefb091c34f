namespace Leeway.Adapters.Objects;

/// <summary>Places in an object storage, so that the host opens them without a vendor's name.</summary>
public static class ObjectPlaces
{
    /// <summary>Opens the storage at a place. Nothing is called yet.</summary>
    /// <exception cref="ProviderException">There is no such scheme, or the settings do not suffice.</exception>
    public static IObjectStore Open(ObjectLocation location, CloudSettings cloud) => ObjectStores.Open(location, cloud);
}
