using Leeway.Cli;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Tests.Storage.Postgres;
using Microsoft.Data.Sqlite;

namespace Leeway.Gateway.Tests.Store;

/// <summary>A move to another store, with a gateway before and after.</summary>
[Trait("store", "sqlite")]
public sealed class StoreCopyTests
{
    [Fact]
    public async Task A_gateway_on_the_copy_goes_on_where_the_first_stopped()
    {
        await using CrashSite site = await CrashSite.CreateAsync(StoreSite.LowWaits);
        await site.StartAsync();
        string file = await StoreSite.FillAsync(site);

        (int exit, string output) = await StoreSite.RunAsync(site, "store", "copy", "--from", "sqlite:data", "--to", "sqlite:moved");
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("in use by process", output, StringComparison.Ordinal);

        await site.KillAsync();
        output = await StoreSite.SucceedAsync(site, "store", "copy", "--from", "sqlite:data", "--to", "sqlite:moved");
        Assert.Contains("Counts and checksums are equal", output, StringComparison.Ordinal);
        site.WriteConfig("leeway.yaml", "moved", site.Url, site.AdminUrl, CrashSite.Eager(seal: 5, age: "100ms"));
        await site.StartAsync();
        await StoreSite.AssertGoesOnAsync(site, file);
    }

    [Fact]
    public async Task A_store_goes_to_PostgreSQL_and_back_and_its_gateway_goes_on()
    {
        await using CrashSite site = await CrashSite.CreateAsync(StoreSite.LowWaits);
        await site.StartAsync();
        string file = await StoreSite.FillAsync(site);
        await site.KillAsync();
        TestPostgres server = await TestPostgres.Server;
        string database = "postgres:" + await server.CreateEmptyAsync();

        string there = await StoreSite.SucceedAsync(site, "store", "copy", "--from", "sqlite:data", "--to", database);
        Assert.Contains("Counts and checksums are equal", there, StringComparison.Ordinal);
        (int exit, string output) = await StoreSite.RunAsync(site, "store", "copy", "--from", "sqlite:data", "--to", database);
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("is not empty", output, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(site.Folder, "data"), recursive: true);

        string back = await StoreSite.SucceedAsync(site, "store", "copy", "--from", database, "--to", "sqlite:back");
        Assert.Equal(Rows(there), Rows(back));
        site.WriteConfig("leeway.yaml", "back", site.Url, site.AdminUrl, CrashSite.Eager(seal: 5, age: "100ms"));
        await site.StartAsync();
        await StoreSite.AssertGoesOnAsync(site, file);
    }

    [Fact]
    public async Task A_copy_that_fails_leaves_PostgreSQL_empty()
    {
        await using CrashSite site = await CrashSite.CreateAsync(StoreSite.LowWaits);
        await site.StartAsync();
        await StoreSite.FillAsync(site);
        await StoreSite.SucceedAsync(site, "backup", "kept", "--config", "leeway.yaml");
        await site.KillAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(site.Folder, "data", "leeway.db")};Pooling=False"))
        {
            // What SQLite takes and PostgreSQL does not, in one of the last tables.
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using SqliteCommand update = connection.CreateCommand();
            update.CommandText = "UPDATE results SET error_code = 'a' || char(0) || 'b'";
            Assert.NotEqual(0, await update.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }

        TestPostgres server = await TestPostgres.Server;
        string database = await server.CreateEmptyAsync();
        (int exit, string output) = await StoreSite.RunAsync(site, "store", "copy", "--from", "sqlite:data", "--to", "postgres:" + database);
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("results.error_code holds a text with a zero character", output, StringComparison.Ordinal);

        // It is as empty as it was: a whole backup goes into it.
        await StoreSite.SucceedAsync(site, "restore", "kept", "--config", "leeway.yaml", "--set", "storage.kind=postgres", "--set", "storage.connection=" + database);
    }

    [Theory]
    [InlineData("data", "sqlite:moved", ExitCode.Usage, "names no store")]
    [InlineData("postgres://nobody@127.0.0.1:1/nothing", "sqlite:moved", ExitCode.Failed, "cannot be reached")]
    [InlineData("postgres:not a connection", "sqlite:moved", ExitCode.Usage, "no connection string")]
    [InlineData("sqlite:nothing", "sqlite:moved", ExitCode.Failed, "There is no store")]
    public async Task What_names_no_store_is_refused(string from, string to, int exit, string words)
    {
        await using CrashSite site = await CrashSite.CreateAsync("");
        (int code, string output) = await StoreSite.RunAsync(site, "store", "copy", "--from", from, "--to", to);
        Assert.Equal(exit, code);
        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    // The end of the sentence: how much was carried.
    private static string Rows(string output) => output[output.LastIndexOf(": schema", StringComparison.Ordinal)..].Split('.')[0];
}
