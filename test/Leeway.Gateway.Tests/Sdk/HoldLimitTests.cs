using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using OpenAI.Chat;

namespace Leeway.Gateway.Tests.Sdk;

/// <summary>A held call that outlasts the hold limit, or the gateway, comes back by the SDK's own retry and is paid once.</summary>
public sealed class HoldLimitTests
{
    // One hold and a retry are shorter than the batch, two holds are longer.
    private const string ShortHold = TestGateway.Eager + "\nhold: { max: 800ms, heartbeat: 100ms }";
    private static readonly SandboxOptions Slower = new() { Turnaround = TimeSpan.FromSeconds(2) };

    [Theory]
    [InlineData(null)]
    [InlineData("job-17")]
    public async Task The_npm_client_comes_back_and_pays_once(string? idempotencyKey)
    {
        NodeScript.SkipWithoutNode();
        await using TestGateway gateway = await TestGateway.StartAsync(ShortHold, Slower);
        JsonElement got = await RunNodeAsync(gateway.Host.PublicUrl, "held by npm", idempotencyKey);

        Assert.Contains(Prompts.Digest("held by npm"), got.GetProperty("content").GetString() ?? got.GetRawText(), StringComparison.Ordinal);
        Assert.Equal([408, 200], got.GetProperty("statuses").Deserialize<int[]>()!.Distinct());
        Assert.Equal(Prompts.OnceBatch, await gateway.Sandbox.BillAsync(Prompts.Digest("held by npm")));
        Assert.Equal(1, await CountRequestsAsync(gateway));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("job-17")]
    public async Task The_NuGet_client_comes_back_and_pays_once(string? idempotencyKey)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(ShortHold, Slower);
        var statuses = new OpenAIDotNet.Statuses();
        string content = await CompleteDotNetAsync(gateway.Host.PublicUrl, "held by NuGet", idempotencyKey, statuses);

        Assert.Contains(Prompts.Digest("held by NuGet"), content, StringComparison.Ordinal);
        Assert.Equal([408, 200], statuses.Seen.Distinct());
        Assert.Equal(Prompts.OnceBatch, await gateway.Sandbox.BillAsync(Prompts.Digest("held by NuGet")));
        Assert.Equal(1, await CountRequestsAsync(gateway));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("job-17")]
    public async Task Anthropics_npm_client_comes_back_and_pays_once(string? idempotencyKey)
    {
        NodeScript.SkipWithoutNode();
        await using SandboxServer sandbox = await SandboxServer.StartAsync(Slower);
        await using TestGateway gateway = await TestGateway.StartAsync(
            $"providers: {{ anthropic: {{ kind: anthropic, api_key: \"sk-test\", base_url: \"{sandbox.BaseUri}\" }} }}\n{ShortHold}", runningSandbox: sandbox);
        JsonElement got = await NodeScript.Anthropic.RunAsync("held.mjs", new
        {
            key = "sk-test",
            baseURL = new Uri(gateway.Host.PublicUrl, "/by/1h"),
            model = "claude-opus-5",
            prompt = "held by Anthropic's",
            idempotencyKey,
        });

        Assert.Contains(Prompts.Digest("held by Anthropic's"), got.GetProperty("content").GetString() ?? got.GetRawText(), StringComparison.Ordinal);
        Assert.Equal([408, 200], got.GetProperty("statuses").Deserialize<int[]>()!.Distinct());
        Assert.Equal(Prompts.OnceBatch, await sandbox.BillAsync(Prompts.Digest("held by Anthropic's")));
        Assert.Equal(1, await CountRequestsAsync(gateway));
    }

    [Fact]
    public async Task A_client_that_counts_no_retries_still_finds_what_ended_while_it_was_away()
    {
        await using TestGateway gateway = await TestGateway.StartAsync($"{TestGateway.Eager}\nhold: {{ max: 100ms, heartbeat: 50ms }}", new SandboxOptions { Turnaround = TimeSpan.FromSeconds(0.3) });
        var statuses = new OpenAIDotNet.Statuses();
        string content = await CompleteDotNetAsync(gateway.Host.PublicUrl, "ends in between", null, statuses);

        Assert.Contains(Prompts.Digest("ends in between"), content, StringComparison.Ordinal);
        Assert.Equal([408, 200], statuses.Seen.Distinct());
        Assert.Equal(Prompts.OnceBatch, await gateway.Sandbox.BillAsync(Prompts.Digest("ends in between")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("job-17")]
    public async Task The_npm_client_comes_back_after_a_restart_and_pays_once(string? idempotencyKey)
    {
        NodeScript.SkipWithoutNode();
        await AcrossARestartAsync("npm over a restart", async url =>
        {
            JsonElement got = await RunNodeAsync(url, "npm over a restart", idempotencyKey);
            return got.GetProperty("content").GetString() ?? got.GetRawText();
        });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("job-17")]
    public Task The_NuGet_client_comes_back_after_a_restart_and_pays_once(string? idempotencyKey) =>
        AcrossARestartAsync("NuGet over a restart", url => CompleteDotNetAsync(url, "NuGet over a restart", idempotencyKey, new OpenAIDotNet.Statuses()));

    [Fact]
    public async Task Two_equal_calls_that_both_outlast_the_limit_come_back_to_two_requests()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(ShortHold, Slower);
        string[] contents = await Task.WhenAll(
            CompleteDotNetAsync(gateway.Host.PublicUrl, "twins", null, new OpenAIDotNet.Statuses()),
            CompleteDotNetAsync(gateway.Host.PublicUrl, "twins", null, new OpenAIDotNet.Statuses()));

        Assert.All(contents, content => Assert.Contains(Prompts.Digest("twins"), content, StringComparison.Ordinal));
        Assert.Equal(2, await CountRequestsAsync(gateway));
        Assert.Equal(2, (await gateway.Sandbox.BillAsync(Prompts.Digest("twins"))).BatchBilled);
    }

    private static async Task AcrossARestartAsync(string prompt, Func<Uri, Task<string>> call)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("leeway-test-");
        try
        {
            await using SandboxServer sandbox = await SandboxServer.StartAsync(Slower);
            TestGateway first = await TestGateway.StartAsync(folder: folder.FullName, runningSandbox: sandbox);
            Task<string> content = call(first.Host.PublicUrl);
            await Prompts.EventuallyAsync(async () => await CountRequestsAsync(first) == 1, "the call is queued");
            int port = first.Host.PublicUrl.Port;
            await first.DisposeAsync();

            await using TestGateway second = await TestGateway.StartAsync(folder: folder.FullName, runningSandbox: sandbox, port: port);
            Assert.Contains(Prompts.Digest(prompt), await content, StringComparison.Ordinal);
            Assert.Equal(Prompts.OnceBatch, await sandbox.BillAsync(Prompts.Digest(prompt)));
            Assert.Equal(1, await CountRequestsAsync(second));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<JsonElement> RunNodeAsync(Uri gateway, string prompt, string? idempotencyKey) => NodeScript.OpenAI.RunAsync("chat.mjs", new
    {
        baseURL = new Uri(gateway, "/by/6h/v1"),
        model = "gpt-4o-mini",
        prompt,
        idempotencyKey,
        maxRetries = 5,
    });

    private static async Task<string> CompleteDotNetAsync(Uri gateway, string prompt, string? idempotencyKey, OpenAIDotNet.Statuses statuses)
    {
        ChatClient chat = OpenAIDotNet
            .Client(new Uri(gateway, "/by/6h/v1"), statuses, idempotencyKey is null ? [] : [("Idempotency-Key", idempotencyKey)])
            .GetChatClient("gpt-4o-mini");
        ChatCompletion completion = await chat.CompleteChatAsync(prompt);
        return completion.Content[0].Text;
    }

    private static async Task<int> CountRequestsAsync(TestGateway gateway) =>
        JsonDocument.Parse(await gateway.Http.GetStringAsync("/leeway/requests")).RootElement.GetProperty("data").GetArrayLength();
}
