namespace Leeway;

/// <summary>Where requests, results and the ledger are kept.</summary>
public sealed record StorageConfig
{
    public StorageKind Kind { get; init; } = StorageKind.Sqlite;

    /// <summary>The connection string of PostgreSQL, in the driver's words or as a <c>postgres://</c> address.</summary>
    public Secret? Connection { get; init; }

    /// <summary>This node's own folder: its lock, files, and SQLite's database. Relative to the working folder.</summary>
    public string Path { get; init; } = "./leeway-data";
}

public enum StorageKind
{
    Sqlite = 0,
    Postgres = 1,
}

/// <summary>How long finished work is kept.</summary>
public sealed record RetentionConfig
{
    /// <summary>Counted from the moment the request ended.</summary>
    public TimeSpan Results { get; init; } = TimeSpan.FromDays(30);
}
