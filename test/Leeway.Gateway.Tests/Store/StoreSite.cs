using System.Text;
using Leeway.Cli;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Gateway.Tests.Files;
using Leeway.Tests.Storage.Postgres;

namespace Leeway.Gateway.Tests.Store;

/// <summary>What operators do with a store, through the real executable, around a real gateway.</summary>
internal static class StoreSite
{
    public const int Answered = 20;
    public const int Waiting = 10;

    /// <summary>Standard requests are answered at once, low ones wait for more than ever come.</summary>
    public const string LowWaits = """
        priorities:
          standard: { deadline: 1h, seal: { requests: 5, age: 100ms } }
          low: { deadline: 24h, seal: { requests: 10000, age: 20h }, window: none }
        lanes:
          batch: { seal: { age: 100ms }, poll: { min: 50ms, max: 200ms } }
        """;

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(CrashSite site, params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start(site.Folder, arguments);
        int exit = await process.WaitForExitAsync();
        return (exit, process.Output);
    }

    /// <summary>Runs a command that has to end well.</summary>
    public static async Task<string> SucceedAsync(CrashSite site, params string[] arguments)
    {
        (int exit, string output) = await RunAsync(site, arguments);
        Assert.True(exit == ExitCode.Ok, output);
        return output;
    }

    /// <summary>A gateway with answered requests, waiting ones, and a file.</summary>
    /// <returns>The file's id.</returns>
    public static async Task<string> FillAsync(CrashSite site)
    {
        await site.SendAsync(0, Answered, ("Leeway-Priority", "standard"));
        await site.SettlesAsync();
        using var http = new HttpClient { BaseAddress = site.Url };
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, FileClient.File(Encoding.UTF8.GetBytes(FileClient.Line("a")), "in.jsonl") };
        using HttpResponseMessage answer = await http.PostAsync("/v1/files", form, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        await site.SendAsync(Answered, Waiting, ("Leeway-Priority", "low"));
        Assert.Equal(Waiting, (await site.ReadAdminAsync("/admin/queue")).GetProperty("open").GetInt32());
        return text[text.IndexOf("file-", StringComparison.Ordinal)..][..37];
    }

    /// <summary>Configures the gateway on a store of its own of the other kind: PostgreSQL for suites on SQLite, SQLite for suites on PostgreSQL.</summary>
    public static async Task MoveToOtherKindAsync(CrashSite site, string yaml)
    {
        site.WriteConfig("leeway.yaml", "other", site.Url, site.AdminUrl, yaml);
        string file = Path.Combine(site.Folder, "leeway.yaml");
        string[] lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        string path = Path.Combine(site.Folder, "elsewhere");
        string connection = TestDatabases.IsPostgres ? "" : $", kind: postgres, connection: \"{await OtherDatabaseAsync(site)}\"";
        lines[Array.FindIndex(lines, static line => line.StartsWith("storage:", StringComparison.Ordinal))] = $"storage: {{ path: \"{path}\"{connection} }}";
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
    }

    /// <summary>What must hold of a gateway on the store that everything was carried to.</summary>
    public static async Task AssertGoesOnAsync(CrashSite site, string file)
    {
        await site.SettlesAsync();
        await Verdict.EachEndedOnceWithItsOwnAnswerAsync(site, Answered + Waiting);
        await Verdict.NothingWasPaidTwiceAsync(site);
        using var http = new HttpClient { BaseAddress = site.Url };
        Assert.Equal(FileClient.Line("a"), await http.GetStringAsync($"/v1/files/{file}/content", TestContext.Current.CancellationToken));
    }

    private static async Task<string> OtherDatabaseAsync(CrashSite site)
    {
        string note = Path.Combine(site.Folder, "database");
        if (!File.Exists(note))
        {
            await File.WriteAllTextAsync(note, await (await TestPostgres.Server).CreateEmptyAsync(), TestContext.Current.CancellationToken);
        }

        return await File.ReadAllTextAsync(note, TestContext.Current.CancellationToken);
    }
}
