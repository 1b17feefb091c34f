using Leeway.Storage.Postgres;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Archives;

/// <summary>The schema of a PostgreSQL store, outside a gateway.</summary>
internal static class PostgresSchema
{
    /// <summary>Tells what a store lacks. Nothing is changed.</summary>
    public static async Task<MigrationReport> CheckAsync(string connection, CancellationToken cancellationToken)
    {
        await using PostgresRows rows = await PostgresRows.OpenAsync(connection, readOnly: true, cancellationToken);
        HashSet<long> applied = rows.Has("schema_versions") ? [.. await rows.NumbersAsync("SELECT version FROM schema_versions", cancellationToken)] : [];
        int found = applied.Count == 0 ? 0 : (int)applied.Max();
        int newest = Migrations.Newest(PostgresDatabase.Scripts);
        if (found > newest)
        {
            throw new StorageSchemaException(rows.Name, found, newest);
        }

        return new MigrationReport(
            rows.Name, found, newest, [.. Migrations.Scripts(PostgresDatabase.Scripts).Where(script => !applied.Contains(script.Version)).Select(static script => script.Name[PostgresDatabase.Scripts.Length..])]);
    }

    /// <summary>Applies what it lacks. Nodes of the version before may run on it meanwhile.</summary>
    public static void Apply(string connection, int upTo = int.MaxValue)
    {
        var database = new PostgresDatabase(connection, TimeProvider.System, new IdSource(TimeProvider.System, new SystemRandomSource()), PostgresPatience.Default);
        try
        {
            Migrations.Apply(database.Writing, database.Dialect, database.Place, upTo);
        }
        finally
        {
            database.Close();
        }
    }
}
