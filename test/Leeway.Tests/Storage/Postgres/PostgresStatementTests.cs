using System.Reflection;
using Leeway.Storage;
using Leeway.Storage.Postgres;
using Npgsql;

namespace Leeway.Tests.Storage.Postgres;

/// <summary>That every statement is one of PostgreSQL's too.</summary>
public sealed class PostgresStatementTests
{
    [Fact]
    public async Task Every_statement_prepares_on_the_schema()
    {
        TestPostgres server = await TestPostgres.Server;
        string database = await server.CreateDatabaseAsync(TestDatabases.MigrateAsync);
        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            int prepared = 0;
            foreach (Type type in typeof(LeewayStorage).Assembly.GetTypes().Where(static type => type.Name.EndsWith("Sql", StringComparison.Ordinal)))
            {
                foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
                {
                    await using NpgsqlCommand command = connection.CreateCommand();
                    command.CommandText = $"PREPARE {type.Name}_{field.Name} AS {PostgresDialect.Translate((string)field.GetRawConstantValue()!)}";
                    Exception? refused = await Record.ExceptionAsync(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

                    // Parameters are typed when they are bound; what cannot be typed without is run by the suites.
                    Assert.True(
                        refused is null or PostgresException { SqlState: PostgresErrorCodes.AmbiguousParameter or PostgresErrorCodes.IndeterminateDatatype },
                        $"{type.Name}.{field.Name}: {refused?.Message}");
                    prepared++;
                }
            }

            Assert.True(prepared > 40);
        }

        await server.ReleaseAsync(database);
    }
}
