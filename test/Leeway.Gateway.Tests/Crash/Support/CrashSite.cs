using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Tests.Storage.Postgres;

namespace Leeway.Gateway.Tests.Crash.Support;

/// <summary>
/// A gateway that is killed and started again on the same folder and ports, while its provider (a sandbox), its webhook receiver and its
/// clients live on in the test's process and know what really happened.
/// </summary>
internal sealed class CrashSite : IAsyncDisposable
{
    private const string Model = "gpt-4o-mini";
    private const int Clients = 8;

    // Where there may be other nodes, a delivery that a dead one had taken is taken anew after two minutes.
    private static readonly TimeSpan s_claim = TestDatabases.IsPostgres ? TimeSpan.FromMinutes(2) : TimeSpan.Zero;

    private readonly HttpClient _http;
    private readonly HttpClient _admin;
    private readonly ConcurrentDictionary<int, string> _accepted = new();
    private string? _webhook;

    private CrashSite(string folder, string yaml, SandboxServer sandbox, WebhookReceiver receiver)
    {
        (Folder, Sandbox, Receiver) = (folder, sandbox, receiver);
        (Url, AdminUrl) = (new Uri($"http://127.0.0.1:{Ports.Take()}"), new Uri($"http://127.0.0.1:{Ports.Take()}"));
        _http = new HttpClient { BaseAddress = Url };
        _admin = new HttpClient { BaseAddress = AdminUrl };
        WriteConfig("leeway.yaml", "data", Url, AdminUrl, yaml);
    }

    public string Folder { get; }

    public Uri Url { get; }

    public Uri AdminUrl { get; }

    public SandboxServer Sandbox { get; }

    public WebhookReceiver Receiver { get; }

    /// <summary>The gateway as it runs now, or as it ended last.</summary>
    public ChildProcess Gateway { get; private set; } = null!;

    /// <summary>Request ids by the number of the request.</summary>
    public IReadOnlyDictionary<int, string> Accepted => _accepted;

    /// <summary>Batches are sealed at <paramref name="seal"/> requests, or soon; a create that is not found is tried again soon.</summary>
    public static string Eager(int seal, string age = "2s", string adopt = "1s") => $$"""
        priorities:
          standard: { deadline: 1h, seal: { requests: {{seal}}, age: {{age}} } }
          low: { deadline: 24h, seal: { requests: {{seal}}, age: {{age}} }, window: none }
        lanes:
          batch: { seal: { age: {{age}} }, poll: { min: 50ms, max: 200ms }, quarantine: { adopt: {{adopt}}, look_every: 200ms } }
        """;

    public static async Task<CrashSite> CreateAsync(string yaml, SandboxOptions? sandbox = null) => new(
        Directory.CreateTempSubdirectory("leeway-crash-").FullName,
        yaml,
        await SandboxServer.StartAsync(sandbox ?? new SandboxOptions { Law = "instant" }),
        await WebhookReceiver.StartAsync());

    /// <summary>Starts the gateway and waits until it takes calls.</summary>
    public async Task StartAsync(string? failPoint = null)
    {
        if (Gateway is not null)
        {
            await Gateway.DisposeAsync();
        }

        Gateway = ChildProcess.Start(Folder, ["serve", "--config", "leeway.yaml"], failPoint);
        await Eventually.HoldsAsync(() => IsReadyAsync(), () => $"The gateway does not start:\n{Gateway.Output}");
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => Gateway.KillAsync();

    /// <summary>Stops it as an operator does, so that it gives its lease back.</summary>
    public async Task StopAsync()
    {
        await Gateway.TerminateAsync();
        await Gateway.WaitForExitAsync();
    }

    /// <summary>Waits until the gateway killed itself at its fail-point.</summary>
    public async Task DiesAsync(string failPoint)
    {
        int code = await Gateway.WaitForExitAsync();
        Assert.True(code == ChildProcess.Killed, $"Not killed at {failPoint} but ended with {code}:\n{Gateway.Output}");
    }

    public async Task RegisterWebhookAsync()
    {
        using HttpResponseMessage answer = await _admin.PostAsync(
            "/admin/webhooks", new StringContent($$"""{"url":"{{Receiver.Url}}"}""", Encoding.UTF8, "application/json"));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        using JsonDocument json = JsonDocument.Parse(text);
        (_webhook, Receiver.Secret) = (json.RootElement.GetProperty("id").GetString(), json.RootElement.GetProperty("secret").GetString()!);
    }

    /// <summary>Sends requests <paramref name="first"/> and following with a few clients, each until it is accepted, over any kill.</summary>
    public Task SendAsync(int first, int count, params (string Name, string Value)[] headers) => Parallel.ForEachAsync(
        Enumerable.Range(first, count),
        new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = TestContext.Current.CancellationToken },
        async (number, _) => await Eventually.HoldsAsync(() => TrySendAsync(number, headers), () => $"Request {number} is not accepted:\n{Gateway.Output}"));

    /// <summary>The body of a request, unlike any other's.</summary>
    public static string Body(int number) => $$"""{"model":"{{Model}}","messages":[{"role":"user","content":"What does request {{number}} ask?"}]}""";

    /// <summary>What the answer of a request must carry.</summary>
    public static string Digest(int number) => PromptDigest.OfChat(JsonDocument.Parse(Body(number)).RootElement);

    /// <summary>Waits until no request is open.</summary>
    public Task SettlesAsync() => Eventually.HoldsAsync(
        async () => (await ReadAdminAsync("/admin/queue")).GetProperty("open").GetInt32() == 0, () => $"Requests stay open:\n{Gateway.Output}");

    /// <summary>Waits until every accepted request has been told of.</summary>
    public Task AllAreToldAsync() => Eventually.HoldsAsync(
        () => Task.FromResult(Receiver.Calls.Select(call => call.Request).ToHashSet().IsSupersetOf(_accepted.Values)), () => $"Webhooks are missing:\n{Gateway.Output}", s_claim);

    public async Task<JsonElement> ReadRequestAsync(string id) => Parse(await _http.GetStringAsync($"/leeway/requests/{id}"));

    public async Task<JsonElement> ReadAdminAsync(string path) => Parse(await _admin.GetStringAsync(path));

    /// <summary>Ids of all requests the gateway knows.</summary>
    public async Task<List<string>> ListIdsAsync()
    {
        var ids = new List<string>();
        JsonElement page;
        do
        {
            page = Parse(await _http.GetStringAsync($"/leeway/requests?limit=100{(ids.Count > 0 ? $"&after={ids[^1]}" : "")}"));
            ids.AddRange(page.GetProperty("data").EnumerateArray().Select(request => request.GetProperty("id").GetString()!));
        }
        while (page.GetProperty("has_more").GetBoolean());

        return ids;
    }

    /// <summary>The sums of the ledger.</summary>
    public async Task<(decimal Cost, int Entries, int Duplicates)> ReadCostAsync()
    {
        JsonElement row = (await ReadAdminAsync("/admin/cost")).GetProperty("data")[0];
        return (
            decimal.Parse(row.GetProperty("cost_usd").GetString()!, CultureInfo.InvariantCulture),
            row.GetProperty("entries").GetInt32(),
            row.GetProperty("duplicates").GetInt32());
    }

    /// <summary>A configuration on this site's sandbox.</summary>
    public void WriteConfig(string file, string data, Uri url, Uri adminUrl, string yaml) => File.WriteAllText(
        Path.Combine(Folder, file),
        $$"""
        version: 1
        server: { listen: "{{url.Authority}}", admin_listen: "{{adminUrl.Authority}}" }
        {{TestDatabases.Yaml(Path.Combine(Folder, data))}}
        providers:
          openai: { kind: openai, api_key: sk-test, base_url: "{{Sandbox.BaseUri}}v1" }
        delivery:
          webhooks: { schedule: [0s, 1s, 1s, 1s, 1s], allow_http: true, allow_private_networks: ["127.0.0.0/8"] }
        {{yaml}}

        """);

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null)
        {
            await Gateway.DisposeAsync();
        }

        _http.Dispose();
        _admin.Dispose();
        await Receiver.DisposeAsync();
        await Sandbox.DisposeAsync();
        await TestDatabases.ReleaseAsync(Path.Combine(Folder, "data"));
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(Gateway.HasExited, $"The gateway ended:\n{Gateway.Output}");
        try
        {
            using HttpResponseMessage answer = await _admin.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<bool> TrySendAsync(int number, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(Body(number), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", $"request-{number}");
        request.Headers.Add("Prefer", "respond-async");
        foreach ((string name, string value) in headers.Length > 0 ? headers : [("Leeway-Deadline", "6h")])
        {
            request.Headers.Add(name, value);
        }

        if (_webhook is not null)
        {
            request.Headers.Add("Leeway-Webhook", _webhook);
        }

        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            _accepted[number] = answer.Headers.GetValues("Leeway-Request-Id").Single();
            return true;
        }
        catch (HttpRequestException)
        {
            // Killed meanwhile; whether it was accepted is unknown, the key makes asking again harmless.
            return false;
        }
    }

    private static JsonElement Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
