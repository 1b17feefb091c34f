using Leeway.Storage.Sql;
using Leeway.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Leeway.Storage.Archives;

/// <summary>The schema of a SQLite store, outside a gateway.</summary>
internal static class SqliteSchema
{
    /// <summary>Tells what a store lacks. Nothing is changed, and a gateway may run on it.</summary>
    public static MigrationReport Check(string folder)
    {
        string file = SqliteFiles.Database(folder);
        if (!File.Exists(file))
        {
            return Report(folder, []);
        }

        using SqliteConnection connection = SqliteRows.Open(file, SqliteOpenMode.ReadWrite, "PRAGMA query_only = 1;");
        return Report(folder, SqliteRows.Columns(connection, "schema_versions").Count == 0 ? [] : SqliteRows.Numbers(connection, "SELECT version FROM schema_versions"));
    }

    /// <summary>Applies what it lacks.</summary>
    /// <exception cref="StorageInUseException">A gateway runs on it.</exception>
    public static MigrationReport Apply(string folder)
    {
        Directory.CreateDirectory(folder);
        using StorageLock taken = StorageLock.Take(folder);
        MigrationReport report = Check(folder);
        using Session session = SqliteSession.OpenWriter(SqliteFiles.Database(folder));
        Migrations.Apply(session, SqliteDatabase.Scripts, Name(folder));
        return report;
    }

    private static string Name(string folder) => $"the SQLite store '{folder}'";

    private static MigrationReport Report(string folder, IReadOnlyList<long> applied)
    {
        int found = applied.Count == 0 ? 0 : (int)applied.Max();
        if (found > Migrations.Newest(SqliteDatabase.Scripts))
        {
            throw new StorageSchemaException(Name(folder), found, Migrations.Newest(SqliteDatabase.Scripts));
        }

        return new MigrationReport(
            Name(folder), found, Migrations.Newest(SqliteDatabase.Scripts), [.. Migrations.Scripts(SqliteDatabase.Scripts).Where(script => !applied.Contains(script.Version)).Select(static script => script.Name[SqliteDatabase.Scripts.Length..])]);
    }
}
