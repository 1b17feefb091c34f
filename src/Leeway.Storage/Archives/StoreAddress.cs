namespace Leeway.Storage.Archives;

/// <summary>Where a store is.</summary>
/// <param name="Kind">On what.</param>
/// <param name="Place">The folder of a SQLite store.</param>
public sealed record StoreAddress(StorageKind Kind, string Place)
{
    private const string SqliteScheme = "sqlite:";

    /// <summary>How it is written.</summary>
    public const string Form = "sqlite:FOLDER";

    /// <summary>The address in force.</summary>
    public static StoreAddress Of(StorageConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new StoreAddress(config.Kind, config.Path);
    }

    /// <summary>Reads an address; null when it is none.</summary>
    public static StoreAddress? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(SqliteScheme, StringComparison.OrdinalIgnoreCase) && text.Length > SqliteScheme.Length
            ? new StoreAddress(StorageKind.Sqlite, text[SqliteScheme.Length..])
            : null;
    }
}
