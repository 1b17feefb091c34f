namespace Leeway;

/// <summary>Where requests, results and the ledger are kept.</summary>
public sealed record StorageConfig
{
    public StorageKind Kind { get; init; } = StorageKind.Sqlite;

    /// <summary>Folder of the database and the files; relative to the working folder.</summary>
    public string Path { get; init; } = "./leeway-data";
}

public enum StorageKind
{
    Sqlite = 0,
}

/// <summary>How long finished work is kept.</summary>
public sealed record RetentionConfig
{
    /// <summary>Counted from the moment the request ended.</summary>
    public TimeSpan Results { get; init; } = TimeSpan.FromDays(30);
}
