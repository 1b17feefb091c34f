using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Crash;

/// <summary><c>leeway run FILE --by 1h -o out.jsonl</c>, killed half-way and given again.</summary>
public sealed class RunCrashTests
{
    // Sent in three posts.
    private const int ManyLines = 1_200;

    // Long enough to be killed while the batch is at the provider.
    private static readonly SandboxOptions s_sandbox = new() { Law = "instant", Turnaround = TimeSpan.FromSeconds(2) };

    /// <summary>Moments of the kill.</summary>
    public enum Moment
    {
        /// <summary>The run is remembered beside its output; lines are being sent.</summary>
        Sending,

        /// <summary>The batch is at the provider.</summary>
        Waiting,
    }

    [Theory, InlineData(Moment.Sending), InlineData(Moment.Waiting)]
    public async Task A_killed_run_given_again_has_one_line_per_line_and_is_billed_once(Moment moment)
    {
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(ManyLines), s_sandbox);
        string input = Path.Combine(site.Folder, "many.jsonl");
        await File.WriteAllLinesAsync(input, Enumerable.Range(0, ManyLines).Select(number =>
            $$"""{"custom_id":"line-{{number}}","method":"POST","url":"/v1/chat/completions","body":{{CrashSite.Body(number)}}}"""));
        await site.StartAsync();
        await KillRunAsync(site, moment, Command(input, site));
        await RunToTheEndAsync(site, Command(input, site));
        await CheckAsync(site, input);
    }

    [Fact]
    public async Task The_quickstart_file_survives_a_kill_of_the_run()
    {
        string input = QuickstartFile();
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(1000), s_sandbox);
        await site.StartAsync();
        await KillRunAsync(site, Moment.Waiting, Command(input, site));
        await RunToTheEndAsync(site, Command(input, site));
        await CheckAsync(site, input);
    }

    [Fact]
    public async Task The_quickstart_file_survives_a_kill_of_the_gateway_while_the_run_waits()
    {
        string input = QuickstartFile();
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(1000), s_sandbox);
        await site.StartAsync();
        await using ChildProcess run = ChildProcess.Start(site.Folder, Command(input, site));
        await ComesAsync(site, Moment.Waiting, run);
        await site.KillAsync();
        await site.StartAsync();
        int code = await run.WaitForExitAsync();
        Assert.True(code == 0, run.Output);
        await CheckAsync(site, input);

        // Given again when all is done, the command sends nothing.
        await RunToTheEndAsync(site, Command(input, site));
        await CheckAsync(site, input);
    }

    [Fact]
    public async Task The_quickstart_file_survives_a_kill_of_a_run_that_is_its_own_gateway()
    {
        string input = QuickstartFile();
        Assert.SkipWhen(await AnswersAsync(8080), "Something listens on port 8080, where a run looks for its gateway first.");
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(1000), s_sandbox);
        string[] command = ["run", input, "--by", "1h", "-o", "out.jsonl"];
        await KillRunAsync(site, Moment.Waiting, command);
        await RunToTheEndAsync(site, command);
        await CheckAsync(site, input);
    }

    private static string[] Command(string input, CrashSite site) => ["run", input, "--by", "1h", "-o", "out.jsonl", "--gateway", site.Url.ToString()];

    private static async Task KillRunAsync(CrashSite site, Moment moment, string[] command)
    {
        await using ChildProcess run = ChildProcess.Start(site.Folder, command);
        await ComesAsync(site, moment, run);
        Assert.False(run.HasExited, run.Output);
        await run.KillAsync();
        Assert.False(File.Exists(Path.Combine(site.Folder, "out.jsonl")), "Half an output was written.");
    }

    private static Task ComesAsync(CrashSite site, Moment moment, ChildProcess run) => Eventually.HoldsAsync(
        async () => moment == Moment.Sending
            ? File.Exists(Path.Combine(site.Folder, "out.jsonl.leeway"))
            : (await site.Sandbox.ReadLedgerAsync()).Calls.ContainsKey("POST /v1/batches"),
        () => $"The run does not get there:\n{run.Output}");

    private static async Task RunToTheEndAsync(CrashSite site, string[] command)
    {
        await using ChildProcess run = ChildProcess.Start(site.Folder, command);
        int code = await run.WaitForExitAsync();
        Assert.True(code == 0, run.Output);
    }

    private static async Task CheckAsync(CrashSite site, string input)
    {
        JsonElement[] asked = [.. File.ReadLines(input).Select(Parse)];
        JsonElement[] answered = [.. File.ReadLines(Path.Combine(site.Folder, "out.jsonl")).Select(Parse)];
        Assert.Equal(asked.Select(CustomId), answered.Select(CustomId));
        foreach ((JsonElement question, JsonElement answer) in asked.Zip(answered))
        {
            Assert.Equal(200, answer.GetProperty("response").GetProperty("status_code").GetInt32());
            Assert.Contains(Digest(question), answer.GetProperty("response").GetProperty("body").ToString(), StringComparison.Ordinal);
        }

        SandboxLedgerSnapshot bill = await site.Sandbox.ReadLedgerAsync();
        Assert.Equal(0, bill.CustomIdsBilledTwice);
        Assert.Equal(asked.Length, bill.Batch.Billed);
        Assert.Equal(0, bill.RealTime.Billed);
        Assert.All(asked.CountBy(Digest), prompt => Assert.Equal(prompt.Value, bill.Prompts[prompt.Key].BatchBilled));
    }

    private static string CustomId(JsonElement line) => line.GetProperty("custom_id").GetString()!;

    private static string Digest(JsonElement line) => PromptDigest.OfChat(line.GetProperty("body"));

    private static JsonElement Parse(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    // The shared data lies beside the repository.
    private static string QuickstartFile()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Leeway.slnx")))
        {
            root = Path.GetDirectoryName(root);
        }

        string file = Path.GetFullPath(Path.Combine(root ?? ".", "..", "shared", "data", "batch-files", "zh-quickstart", "batchinput.jsonl"));
        Assert.SkipUnless(File.Exists(file), "The shared data is not here: batch-files/zh-quickstart/batchinput.jsonl.");
        return file;
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
