using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class BackgroundResponseTests : IAsyncLifetime
{
    private const string Path = "/v1/responses";

    private SandboxClient _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxClient.StartAsync(new SandboxOptions { BackgroundTurnaround = TimeSpan.FromMinutes(10) });

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Response_is_queued_runs_and_completes_as_the_clock_moves_and_is_billed_then()
    {
        var created = await CreateAsync();
        var id = created.GetProperty("id").GetString()!;
        Assert.Equal(("queued", 0, false), (Status(created), created.GetProperty("output").GetArrayLength(), created.TryGetProperty("usage", out _)));

        List<string> seen = [Status(created)];
        for (var minute = 0; minute < 24 * 60 && seen[^1] != "completed"; minute++)
        {
            Assert.Equal(0, (await _sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
            _sandbox.Time.Advance(TimeSpan.FromMinutes(1));
            var status = Status(await GetAsync(id));
            if (seen[^1] != status)
            {
                seen.Add(status);
            }
        }

        Assert.Equal(["queued", "in_progress", "completed"], seen);
        Assert.StartsWith("digest:" + PromptDigest.OfResponse(SandboxClient.Parse(ResponseTests.Body("later"))), ResponseTests.Text(await GetAsync(id)), StringComparison.Ordinal);
        Assert.Equal(1, (await _sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Fact]
    public async Task Cancelled_response_stays_so_unbilled_and_a_synchronous_one_cannot_be_cancelled()
    {
        var id = (await CreateAsync()).GetProperty("id").GetString()!;
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("cancelled", Status(await _sandbox.PostAsync($"{Path}/{id}/cancel", "")));
            _sandbox.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal("cancelled", Status(await GetAsync(id)));
        Assert.Equal(0, (await _sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
        var done = (await CreateAsync()).GetProperty("id").GetString()!;
        _sandbox.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("completed", Status(await _sandbox.PostAsync($"{Path}/{done}/cancel", "")));

        var synchronous = (await _sandbox.PostAsync(Path, ResponseTests.Body("now"))).GetProperty("id").GetString();
        Assert.Equal(400, (await SandboxClient.ErrorOfAsync(_sandbox.SendAsync($"{Path}/{synchronous}/cancel", ""))).Status);
    }

    [Fact]
    public async Task Stream_can_be_left_and_taken_up_after_any_event()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent(ResponseTests.Body("later", ",\"background\":true,\"stream\":true"), System.Text.Encoding.UTF8, "application/json"),
        };
        string id;
        using (var call = await _sandbox.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        using (var reader = new StreamReader(await call.Content.ReadAsStreamAsync()))
        {
            Assert.Equal("event: response.created", await reader.ReadLineAsync());
            id = SandboxClient.Parse((await reader.ReadLineAsync())!["data: ".Length..]).GetProperty("response").GetProperty("id").GetString()!;
            Assert.Equal("", await reader.ReadLineAsync());
            Assert.Equal("event: response.queued", await reader.ReadLineAsync());
        }

        _sandbox.Time.Advance(TimeSpan.FromDays(1));
        using var whole = await _sandbox.Http.GetAsync($"{Path}/{id}?stream=true");
        var all = await SandboxClient.EventsAsync(whole);
        using var rest = await _sandbox.Http.GetAsync($"{Path}/{id}?stream=true&starting_after=4");
        var later = await SandboxClient.EventsAsync(rest);
        Assert.Equal("response.completed", all[^1].Name);
        Assert.Equal(all.Skip(5).Select(one => one.Data.GetRawText()), later.Select(one => one.Data.GetRawText()));
        Assert.Equal(1, (await _sandbox.Server.ReadLedgerAsync()).RealTime.Billed);

        var polled = (await CreateAsync()).GetProperty("id").GetString()!;
        Assert.Equal(400, (await SandboxClient.ErrorOfAsync(_sandbox.Http.GetAsync($"{Path}/{polled}?stream=true"))).Status);
    }

    [Fact]
    public async Task Cancel_ends_a_stream_that_waits()
    {
        var id = (await CreateAsync(",\"stream\":true", readsAll: false)).GetProperty("id").GetString()!;
        var stream = _sandbox.Http.GetAsync($"{Path}/{id}?stream=true");
        await _sandbox.PostAsync($"{Path}/{id}/cancel", "");

        using var ended = await stream;
        Assert.DoesNotContain("response.completed", await ended.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_after_200_fails_a_response_in_the_background_unbilled()
    {
        _sandbox.Server.Faults.Next(FaultKind.StreamErrorAfter200);
        var id = (await CreateAsync()).GetProperty("id").GetString()!;
        _sandbox.Time.Advance(TimeSpan.FromDays(1));

        var failed = await GetAsync(id);
        Assert.Equal(("failed", "server_error"), (Status(failed), failed.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(0, (await _sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    private static string Status(JsonElement response) => response.GetProperty("status").GetString()!;

    private Task<JsonElement> GetAsync(string id) => _sandbox.GetAsync($"{Path}/{id}");

    /// <param name="readsAll">False leaves a stream after its first event, and answers that event's response.</param>
    private async Task<JsonElement> CreateAsync(string more = "", bool readsAll = true)
    {
        var body = ResponseTests.Body("later", ",\"background\":true" + more);
        if (readsAll)
        {
            return await _sandbox.PostAsync(Path, body);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        using var call = await _sandbox.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await call.Content.ReadAsStreamAsync());
        await reader.ReadLineAsync();
        return SandboxClient.Parse((await reader.ReadLineAsync())!["data: ".Length..]).GetProperty("response");
    }
}
