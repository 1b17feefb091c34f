namespace Leeway.Storage;

/// <summary>The folder was written by a newer Leeway. Migrations go forward only, so this one leaves it untouched.</summary>
public sealed class StorageSchemaException(string folder, int found, int supported)
    : IOException($"The storage folder '{folder}' has schema {found}, but this Leeway knows up to {supported}. Nothing was changed. Run a newer Leeway, or another folder (storage.path).")
{
    /// <summary>The schema found.</summary>
    public int Found { get; } = found;

    /// <summary>The newest schema that this build knows.</summary>
    public int Supported { get; } = supported;
}
