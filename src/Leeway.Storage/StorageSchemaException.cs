namespace Leeway.Storage;

/// <summary>The storage was written by a newer Leeway. Migrations go forward only, so this one leaves it untouched.</summary>
public sealed class StorageSchemaException(string place, int found, int supported)
    : IOException($"{Capital(place)} has schema {found}, but this Leeway knows up to {supported}. Nothing was changed. Run a newer Leeway, or give this one a storage of its own (storage).")
{
    /// <summary>The schema found.</summary>
    public int Found { get; } = found;

    /// <summary>The newest schema that this build knows.</summary>
    public int Supported { get; } = supported;

    private static string Capital(string place) => char.ToUpperInvariant(place[0]) + place[1..];
}
