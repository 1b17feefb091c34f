using Npgsql;

namespace Leeway.Storage.Postgres;

/// <summary>Asks a server what a start would ask it, and changes nothing.</summary>
internal static class PostgresProbe
{
    private const string FindSchema = "SELECT to_regclass('schema_versions') IS NOT NULL";
    private const string FindVersion = "SELECT MAX(version) FROM schema_versions";
    private const string FindRight = "SELECT has_schema_privilege(current_schema(), 'CREATE')";

    /// <summary>The server and the schema, in a sentence.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be used.</exception>
    public static string Run(string connection)
    {
        NpgsqlConnectionStringBuilder settings = PostgresConnection.Parse(connection);
        using NpgsqlDataSource source = PostgresConnection.Source(settings);
        try
        {
            using NpgsqlConnection open = source.OpenConnection();
            PostgresDatabase.CheckVersion(open.PostgreSqlVersion);
            if (Ask(open, FindRight) is not true)
            {
                throw new StorageUnavailableException(
                    $"storage.connection: the user '{settings.Username}' may not make tables. Make it the database's owner, or grant it CREATE on the schema.", null);
            }

            string schema = Ask(open, FindSchema) is true ? $"schema {Ask(open, FindVersion) ?? 0}" : "no schema yet";
            return $"PostgreSQL {open.PostgreSqlVersion} on {settings.Host}, {schema}";
        }
        catch (NpgsqlException failure)
        {
            throw PostgresFailures.Unavailable(failure);
        }
    }

    private static object? Ask(NpgsqlConnection connection, string question)
    {
        using NpgsqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = question;
#pragma warning restore CA2100
        return command.ExecuteScalar() is { } answer and not DBNull ? answer : null;
    }
}
