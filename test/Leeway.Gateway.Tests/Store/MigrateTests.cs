using Leeway.Cli;
using Leeway.Gateway.Tests.Crash.Support;
using Microsoft.Data.Sqlite;

namespace Leeway.Gateway.Tests.Store;

/// <summary>The schema, brought up to date from the command line.</summary>
[Trait("store", "sqlite")]
public sealed class MigrateTests
{
    [Fact]
    public async Task Migrations_are_told_applied_and_then_there_are_none()
    {
        await using CrashSite site = await CrashSite.CreateAsync("");
        (int exit, string output) = await StoreSite.RunAsync(site, "migrate", "--check", "--config", "leeway.yaml");
        Assert.Equal(ExitCode.MigrationPending, exit);
        Assert.Contains("would apply 0001-initial.sql", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(site.Folder, "data")));

        Assert.Contains("applied 0001-initial.sql", await StoreSite.SucceedAsync(site, "migrate", "--config", "leeway.yaml"), StringComparison.Ordinal);
        Assert.Contains("the newest", await StoreSite.SucceedAsync(site, "migrate", "--check", "--config", "leeway.yaml"), StringComparison.Ordinal);
        await site.StartAsync();
        Assert.Contains("the newest", await StoreSite.SucceedAsync(site, "migrate", "--check", "--config", "leeway.yaml"), StringComparison.Ordinal);
        (exit, output) = await StoreSite.RunAsync(site, "migrate", "--config", "leeway.yaml");
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("in use by process", output, StringComparison.Ordinal);
    }

    [Theory, InlineData("migrate"), InlineData("migrate", "--check"), InlineData("backup", "kept")]
    public async Task A_newer_schema_is_refused_by_its_number(params string[] command)
    {
        await using CrashSite site = await CrashSite.CreateAsync("");
        await StoreSite.SucceedAsync(site, "migrate", "--config", "leeway.yaml");
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(site.Folder, "data", "leeway.db")};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using SqliteCommand insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO schema_versions (version) VALUES (9999)";
            await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        (int exit, string output) = await StoreSite.RunAsync(site, [.. command, "--config", "leeway.yaml"]);
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("has schema 9999, but this Leeway knows up to", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(site.Folder, "kept")));
    }
}
