namespace Leeway.Storage.Archives;

/// <summary>Where a store is.</summary>
/// <param name="IsPostgres">Whether it is on PostgreSQL; on SQLite otherwise.</param>
/// <param name="Place">The folder of a SQLite store, the connection string or <c>postgres://</c> address of a PostgreSQL one.</param>
public sealed record StoreAddress(bool IsPostgres, string Place)
{
    private const string SqliteScheme = "sqlite:";
    private const string PostgresScheme = "postgres:";

    /// <summary>How it is written.</summary>
    public const string Form = "sqlite:FOLDER, postgres:CONNECTION or postgres://USER@HOST/DATABASE";

    /// <summary>The address in force.</summary>
    public static StoreAddress Of(StorageConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Kind == StorageKind.Postgres ? new StoreAddress(true, config.Connection?.Reveal() ?? "") : new StoreAddress(false, config.Path);
    }

    /// <summary>Reads an address; null when it is none.</summary>
    public static StoreAddress? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "postgres" or "postgresql" && address.Host.Length > 0 ? new StoreAddress(true, text)
            : After(text, SqliteScheme) is { } folder ? new StoreAddress(false, folder)
            : After(text, PostgresScheme) is { } connection ? new StoreAddress(true, connection)
            : null;
    }

    private static string? After(string text, string scheme) =>
        text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && text.Length > scheme.Length ? text[scheme.Length..] : null;
}
