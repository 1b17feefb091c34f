using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Hosting;
using Leeway.Sandbox;
using Microsoft.Extensions.Logging;

namespace Leeway.Load.Plan;

/// <summary>A running gateway over a running sandbox, both in this process on one fast clock, and what they tell afterwards.</summary>
internal sealed class LiveGateway : IAsyncDisposable
{
    private const int PageSize = 1000;

    private readonly GatewayHost _host;
    private readonly SandboxServer _sandbox;
    private readonly HttpClient _public;
    private readonly HttpClient _admin;
    private readonly string _folder;

    private LiveGateway(GatewayHost host, SandboxServer sandbox, ScaledClock clock, LeewayConfig config, string folder)
    {
        (_host, _sandbox, Clock, Config, _folder) = (host, sandbox, clock, config, folder);
        _public = new HttpClient { BaseAddress = host.PublicUrl };
        _admin = new HttpClient { BaseAddress = host.AdminUrl };
    }

    public ScaledClock Clock { get; }

    /// <summary>What it runs with.</summary>
    public LeewayConfig Config { get; }

    public static async Task<LiveGateway> StartAsync(double scale, int seed, LiveLaw law)
    {
        string folder = Directory.CreateTempSubdirectory("leeway-live-").FullName;
        var clock = new ScaledClock(scale, Simulation.Simulator.Start);
        SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions { Seed = seed, TurnaroundOf = _ => law.Next() }, clock);
        string here = string.Create(CultureInfo.InvariantCulture, $"{60 * scale:0}s");
        var sources = new ConfigSources
        {
            Folder = folder,
            Overrides = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["server.listen"] = "127.0.0.1:0",
                ["server.admin_listen"] = "127.0.0.1:0",
                ["storage.path"] = Path.Combine(folder, "data"),
                ["providers.sandbox.kind"] = "openai",
                ["providers.sandbox.base_url"] = new Uri(sandbox.BaseUri, "v1").ToString(),
                ["providers.sandbox.api_key"] = "sandbox",

                // What guards against a hung machine is a matter of time here, not of the fast clock.
                ["providers.sandbox.timeouts.connect"] = here,
                ["providers.sandbox.timeouts.first_byte"] = here,
                ["providers.sandbox.timeouts.idle"] = here,
                ["providers.sandbox.timeouts.total"] = here,
            },
        };
        ConfigResult config = ConfigLoader.Load(sources);
        GatewayHost host = await GatewayHost.StartAsync(new GatewayOptions { Sources = sources, Config = config, Clock = clock, Log = LogLevel.Error }, CancellationToken.None);
        return new LiveGateway(host, sandbox, clock, config.Config!, folder);
    }

    /// <summary>Sends a request that nobody waits for; its id.</summary>
    public async Task<string> SendAsync(string model, string prompt, TimeSpan deadline)
    {
        var body = new JsonObject { ["model"] = model, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }) };
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        message.Headers.Add("Leeway-Deadline", string.Create(CultureInfo.InvariantCulture, $"{deadline.TotalSeconds:0}s"));
        message.Headers.Add("Prefer", "respond-async");
        using HttpResponseMessage answer = await _public.SendAsync(message);
        answer.EnsureSuccessStatusCode();
        return answer.Headers.GetValues("Leeway-Request-Id").Single();
    }

    /// <summary>From acceptance to end, by request; those that are still open are left out.</summary>
    public async Task<Dictionary<string, TimeSpan>> WaitsAsync()
    {
        var waits = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        string? after = null;
        while (true)
        {
            using JsonDocument page = JsonDocument.Parse(await _public.GetStringAsync(new Uri($"/leeway/requests?limit={PageSize}{(after is null ? "" : "&after=" + after)}", UriKind.Relative)));
            JsonElement[] rows = [.. page.RootElement.GetProperty("data").EnumerateArray()];
            foreach (JsonElement row in rows.Where(static row => row.GetProperty("finished_at").ValueKind == JsonValueKind.String))
            {
                waits[row.GetProperty("id").GetString()!] = row.GetProperty("finished_at").GetDateTimeOffset() - row.GetProperty("created_at").GetDateTimeOffset();
            }

            if (rows.Length < PageSize)
            {
                return waits;
            }

            after = rows[^1].GetProperty("id").GetString();
        }
    }

    /// <summary>Everything that was paid.</summary>
    public async Task<IReadOnlyList<LiveEntry>> EntriesAsync()
    {
        string lines = await _admin.GetStringAsync(new Uri("/admin/entries.jsonl", UriKind.Relative));
        var entries = new List<LiveEntry>();
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument entry = JsonDocument.Parse(line);
            JsonElement root = entry.RootElement;
            entries.Add(new LiveEntry(
                root.GetProperty("request").GetString()!,
                decimal.Parse(root.GetProperty("cost_usd").GetString()!, CultureInfo.InvariantCulture),
                root.GetProperty("lane").GetString()!,
                Tokens(root, "input_tokens"),
                Tokens(root, "output_tokens")));
        }

        return entries;
    }

    /// <summary>Batches that were created.</summary>
    public async Task<int> BatchesAsync() => (await _sandbox.ReadLedgerAsync(withEntries: false, CancellationToken.None)).Batches.Count;

    public async ValueTask DisposeAsync()
    {
        _public.Dispose();
        _admin.Dispose();
        await _host.DisposeAsync();
        await _sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static int Tokens(JsonElement entry, string name) =>
        (entry.TryGetProperty("usage", out JsonElement usage) ? usage : entry).GetProperty(name).GetInt32();
}

/// <summary>One line of the ledger.</summary>
internal sealed record LiveEntry(string Request, decimal Cost, string Lane, int InputTokens, int OutputTokens);
