using System.Collections.Concurrent;
using Leeway.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Storage.Postgres;

/// <summary>
/// The database that belongs to a test's folder. <c>LEEWAY_TEST_STORE=postgres</c> puts whole suites on PostgreSQL; tests of what only
/// SQLite's file has carry the trait <c>store: sqlite</c>.
/// </summary>
internal static class TestDatabases
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> s_databases = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, bool> s_damaged = new(StringComparer.Ordinal);

    /// <summary>Whether suites run on PostgreSQL.</summary>
    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable("LEEWAY_TEST_STORE") == "postgres";

    /// <summary>The storage of a folder.</summary>
    public static async Task<StorageConfig> ConfigAsync(string folder) => IsPostgres
        ? new StorageConfig { Kind = StorageKind.Postgres, Connection = new Secret(await OfAsync(folder), "literal"), Path = folder }
        : new StorageConfig { Path = folder };

    /// <summary>The storage of a folder, opened.</summary>
    public static async Task<LeewayStorage> OpenAsync(string folder, TimeProvider clock) =>
        await LeewayStorage.OpenAsync(await ConfigAsync(folder), clock, null, NullLogger.Instance, CancellationToken.None);

    /// <summary>The storage of a folder, as settings by their paths.</summary>
    public static Dictionary<string, string> Settings(string folder)
    {
        StorageConfig config = ConfigAsync(folder).GetAwaiter().GetResult();
        Dictionary<string, string> settings = new(StringComparer.Ordinal) { ["storage.path"] = folder };
        if (config.Connection is { } connection)
        {
            settings["storage.kind"] = "postgres";
            settings["storage.connection"] = connection.Reveal();
        }

        return settings;
    }

    /// <summary>The storage of a folder, as a line of <c>leeway.yaml</c>.</summary>
    public static string Yaml(string folder) =>
        $"storage: {{ {string.Join(", ", Settings(folder).Select(static setting => $"{setting.Key["storage.".Length..]}: \"{setting.Value}\""))} }}";

    /// <summary>Changes a folder's database behind the gateway's back; no other test gets it after this one.</summary>
    public static async Task DamageAsync(string folder, string sql)
    {
        if (IsPostgres)
        {
            s_damaged.TryAdd(folder, true);
            await (await TestPostgres.Server).ExecuteAsync(sql, await OfAsync(folder));
            return;
        }

        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "leeway.db")};Pooling=False");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Gives the database of a folder back, when it has one.</summary>
    public static async Task ReleaseAsync(string folder)
    {
        if (s_databases.TryRemove(folder, out Lazy<Task<string>>? database))
        {
            TestPostgres server = await TestPostgres.Server;
            await (s_damaged.TryRemove(folder, out _) ? server.DropAsync(await database.Value) : server.ReleaseAsync(await database.Value));
        }
    }

    private static Task<string> OfAsync(string folder) =>
        s_databases.GetOrAdd(folder, static _ => new Lazy<Task<string>>(static async () => await (await TestPostgres.Server).CreateDatabaseAsync(MigrateAsync))).Value;

    /// <summary>Brings a database to the schema of this build.</summary>
    public static async Task MigrateAsync(string database)
    {
        string folder = Directory.CreateTempSubdirectory("leeway-storage-").FullName;
        await (await LeewayStorage.OpenPostgresAsync(database, folder, TimeProvider.System, null, NullLogger.Instance, CancellationToken.None)).DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
