using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class ServerlessTests
{
    private const string Body = """{"model":"mine","messages":[{"role":"user","content":"x"}]}""";

    private static readonly SandboxOptions s_options = new() { Law = "instant", ColdStart = TimeSpan.FromSeconds(4), IdleAfter = TimeSpan.FromMinutes(15) };

    [Fact]
    public async Task A_container_starts_for_the_first_call_and_again_when_it_has_been_idle()
    {
        await using var sandbox = await SandboxClient.StartAsync(s_options);
        var first = Call(sandbox, "/containers/tiny");
        await UntilCalledAsync(sandbox, "/sandbox/containers", "tiny", 1);
        Assert.False(first.IsCompleted);
        sandbox.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Contains(PromptDigest.OfChat(SandboxClient.Parse(Body)), await first, StringComparison.Ordinal);

        sandbox.Time.Advance(TimeSpan.FromMinutes(14));
        await Call(sandbox, "/containers/tiny");
        Assert.Equal((2, 1, true), await UseAsync(sandbox, "/sandbox/containers", "tiny"));

        sandbox.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal((2, 1, false), await UseAsync(sandbox, "/sandbox/containers", "tiny"));
        var again = Call(sandbox, "/containers/tiny");
        await UntilCalledAsync(sandbox, "/sandbox/containers", "tiny", 3);
        Assert.False(again.IsCompleted);
        sandbox.Time.Advance(TimeSpan.FromSeconds(4));
        await again;
        Assert.Equal((3, 2, true), await UseAsync(sandbox, "/sandbox/containers", "tiny"));
    }

    [Fact]
    public async Task The_time_up_is_counted_and_no_token_has_a_price()
    {
        await using var sandbox = await SandboxClient.StartAsync(s_options with { ColdStart = TimeSpan.Zero });
        await Call(sandbox, "/containers/tiny");
        sandbox.Time.Advance(TimeSpan.FromHours(1));
        var use = (await sandbox.GetAsync("/sandbox/containers")).GetProperty("tiny");
        var ledger = await sandbox.Server.ReadLedgerAsync();

        Assert.Equal(15 * 60, use.GetProperty("up_seconds").GetDouble());
        Assert.Equal((1, 0m), (ledger.RealTime.Billed, ledger.BilledUsd));
    }

    [Theory]
    [InlineData("/containers/tiny", 503)]
    [InlineData("/functions/tiny", 429)]
    public async Task A_call_while_it_starts_may_be_refused_and_the_start_goes_on(string root, int status)
    {
        await using var sandbox = await SandboxClient.StartAsync(s_options);
        sandbox.Server.Faults.Set(FaultKind.ColdRefused, new FaultSetting { Probability = 1 });
        await AuthorizeAsync(sandbox, "tiny");
        using var refused = await sandbox.SendAsync(root + "/v1/chat/completions", Body);
        sandbox.Time.Advance(TimeSpan.FromSeconds(4));
        using var answered = await sandbox.SendAsync(root + "/v1/chat/completions", Body);

        Assert.Equal((status, "text/html", 200), ((int)refused.StatusCode, refused.Content.Headers.ContentType?.MediaType, (int)answered.StatusCode));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(1, (await sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Fact]
    public async Task A_function_takes_the_identity_token_of_the_metadata_service()
    {
        await using var sandbox = await SandboxClient.StartAsync(s_options with { ColdStart = TimeSpan.Zero });
        await AuthorizeAsync(sandbox, "tiny");
        Assert.Contains("digest:", await Call(sandbox, "/functions/tiny"), StringComparison.Ordinal);

        using var other = await sandbox.SendAsync("/functions/other/v1/chat/completions", Body);
        sandbox.Time.Advance(TimeSpan.FromMinutes(61));
        using var late = await sandbox.SendAsync("/functions/tiny/v1/chat/completions", Body);
        sandbox.Http.DefaultRequestHeaders.Authorization = null;
        using var nobody = await sandbox.SendAsync("/functions/tiny/v1/chat/completions", Body);

        Assert.Equal((401, 401, 403), ((int)other.StatusCode, (int)late.StatusCode, (int)nobody.StatusCode));
        Assert.Equal("text/html", late.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData(null, "audience=https://x", 403)]
    [InlineData("Google", "", 400)]
    [InlineData("Google", "audience=https://x", 200)]
    public async Task The_metadata_service_wants_its_header_and_an_audience(string? flavor, string query, int status)
    {
        await using var sandbox = await SandboxClient.StartAsync(s_options);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/computeMetadata/v1/instance/service-accounts/default/identity?" + query);
        if (flavor is not null)
        {
            request.Headers.Add("Metadata-Flavor", flavor);
        }

        using var answer = await sandbox.Http.SendAsync(request);
        Assert.Equal((status, "Google"), ((int)answer.StatusCode, Assert.Single(answer.Headers.GetValues("Metadata-Flavor"))));
    }

    [Fact]
    public async Task A_containers_key_is_asked_for_where_one_is_set()
    {
        await using var sandbox = await SandboxClient.StartAsync(s_options with { ColdStart = TimeSpan.Zero, ContainerKey = "mine" });
        using var wrong = await sandbox.SendAsync("/containers/tiny/v1/chat/completions", Body);
        sandbox.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "mine");

        Assert.Equal(401, (int)wrong.StatusCode);
        Assert.Contains("digest:", await Call(sandbox, "/containers/tiny"), StringComparison.Ordinal);
    }

    private static async Task<string> Call(SandboxClient sandbox, string root) =>
        SandboxClient.Content(await sandbox.PostAsync(root + "/v1/chat/completions", Body));

    private static async Task AuthorizeAsync(SandboxClient sandbox, string function)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"/computeMetadata/v1/instance/service-accounts/default/identity?audience={new Uri(sandbox.Server.BaseUri, $"/functions/{function}")}");
        request.Headers.Add("Metadata-Flavor", "Google");
        using var answer = await sandbox.Http.SendAsync(request);
        sandbox.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await answer.Content.ReadAsStringAsync());
    }

    private static async Task<(long Calls, long Starts, bool Up)> UseAsync(SandboxClient sandbox, string path, string name)
    {
        var use = (await sandbox.GetAsync(path)).GetProperty(name);
        return (use.GetProperty("calls").GetInt64(), use.GetProperty("starts").GetInt64(), use.GetProperty("up").GetBoolean());
    }

    private static async Task UntilCalledAsync(SandboxClient sandbox, string path, string name, long calls)
    {
        while (!(await sandbox.GetAsync(path)).TryGetProperty(name, out var use) || use.GetProperty("calls").GetInt64() < calls)
        {
            await Task.Yield();
        }
    }
}
