using System.Diagnostics;
using System.Text.Json;
using Leeway.Chaos.Processes;

namespace Leeway.Load.Recovery;

/// <summary>One kill and what came after it.</summary>
/// <param name="Ready">From the start of the process until it says that it is ready.</param>
/// <param name="Sealed">Until the first batch of queued requests is sealed, at most: others may have been before it was looked for.</param>
/// <param name="Called">Until the first call, that batch's upload, reaches the provider.</param>
/// <param name="Loaded">Until every open request is in memory.</param>
/// <param name="Open">Requests that are there.</param>
internal sealed record Recovered(double Ready, double Sealed, double Called, double Loaded, long Open);

/// <summary>The real executable with a long queue, killed while more comes in and started again.</summary>
internal sealed class RecoveryTrial(string folder, PostgresServer? postgres, FirstCalls provider) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Trickle = TimeSpan.FromSeconds(1);

    // The most that can be set; what comes in goes to two models, so that neither has so many.
    private const int NeverSealed = 1_000_000;

    private readonly HttpClient _http = new();
    private readonly GatewayNode _node = new(0, folder, new NodeClock(folder));
    private RunSender? _sender;

    public long Accepted => _sender!.Accepted;

    public long Sent => _sender!.Sent;

    /// <summary>Starts with a provider that takes large batches only, so that what comes in stays queued, and lets it come.</summary>
    /// <returns>Requests taken in a second.</returns>
    public async Task<double> FillAsync(long count)
    {
        await ConfigureAsync(NeverSealed);
        await _node.StartUntilReadyAsync(Patience);
        _sender = new RunSender(_node.Url);
        long begun = Stopwatch.GetTimestamp();
        await _sender.RunAsync(count, CancellationToken.None);
        double rate = count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        using JsonDocument batches = await GetAsync("/admin/batches?limit=1");
        return batches.RootElement.GetProperty("data").GetArrayLength() == 0 ? rate : throw new InvalidOperationException("A batch was sealed: the queue is not what it should be.");
    }

    /// <summary>SIGKILL while more comes in, then a start at which everything is due.</summary>
    public async Task<Recovered> KillAsync()
    {
        Task more = _sender!.RunAsync(long.MaxValue, CancellationToken.None);
        await Task.Delay(Trickle);
        await _node.KillAsync();
        await more;

        await ConfigureAsync(1);
        Task<DateTimeOffset> called = provider.NextAsync();
        DateTimeOffset started = TimeProvider.System.GetUtcNow();
        long begun = Stopwatch.GetTimestamp();
        _node.Start();
        while (!await _node.IsReadyAsync())
        {
            if (!_node.IsUp || Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new InvalidOperationException($"Not ready: see {_node.LogFile}.");
            }

            await Task.Delay(Step);
        }

        double ready = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Task<double> first = FirstSealedAsync(started);
        long open;
        while (true)
        {
            using JsonDocument queue = await GetAsync("/admin/queue");
            open = queue.RootElement.GetProperty("open").GetInt64();
            if (!queue.RootElement.GetProperty("loading").GetBoolean())
            {
                break;
            }

            await Task.Delay(Step);
        }

        double loaded = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return new Recovered(ready, await first, (await called.WaitAsync(Patience) - started).TotalSeconds, loaded, open);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _http.Dispose();
    }

    // Of the newest at the first look, which is made once the node is ready: when the first was sealed, or a little later.
    private async Task<double> FirstSealedAsync(DateTimeOffset started)
    {
        for (long begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Patience; await Task.Delay(Step))
        {
            using JsonDocument batches = await GetAsync("/admin/batches?limit=1");
            foreach (JsonElement batch in batches.RootElement.GetProperty("data").EnumerateArray())
            {
                return (batch.GetProperty("sealed_at").GetDateTimeOffset() - started).TotalSeconds;
            }
        }

        throw new InvalidOperationException($"Nothing was sealed: see {_node.LogFile}.");
    }

    private async Task<JsonDocument> GetAsync(string path) => JsonDocument.Parse(await _http.GetStringAsync(new Uri(_node.AdminUrl, path)));

    private Task ConfigureAsync(int leastRequests) => File.WriteAllTextAsync(_node.ConfigFile, $$"""
        version: 1
        server: { listen: "{{_node.Url.Authority}}", admin_listen: "{{_node.AdminUrl.Authority}}" }
        storage: {{(postgres is null ? "{" : $$"""{ kind: postgres, connection: "{{PostgresServer.ConnectionAt(postgres.Port)}}",""")}} path: "{{_node.DataFolder}}" }
        providers:
          openai: { kind: openai, api_key: sk-bench, base_url: "{{provider.Url}}v1", batch: { min_requests: {{leastRequests}} } }
        priorities:
          low: { deadline: 24h, seal: { requests: 1000 } }

        """);
}
