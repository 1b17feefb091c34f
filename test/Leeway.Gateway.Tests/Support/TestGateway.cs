using System.Globalization;
using System.Text;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Hosting;
using Leeway.Sandbox;
using Leeway.Tests.Storage.Postgres;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Tests.Support;

/// <summary>A real gateway on a real database, over a real sandbox, all on loopback.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly bool _ownsFolder;
    private readonly bool _ownsSandbox;

    private TestGateway(string folder, bool ownsFolder, SandboxServer sandbox, bool ownsSandbox, GatewayHost host, TimeProvider clock)
    {
        (Folder, _ownsFolder, Sandbox, _ownsSandbox, Host, Clock) = (folder, ownsFolder, sandbox, ownsSandbox, host, clock);
        Http = new HttpClient { BaseAddress = Reachable(host.PublicUrl), Timeout = TimeSpan.FromMinutes(2) };
        Admin = new HttpClient { BaseAddress = Reachable(host.AdminUrl) };
    }

    public string Folder { get; }

    public SandboxServer Sandbox { get; }

    public GatewayHost Host { get; }

    public TimeProvider Clock { get; }

    public HttpClient Http { get; }

    public HttpClient Admin { get; }

    /// <summary>
    /// Deferred requests seal at once and are polled at once, so that tests take no time; a gateway stopped within a create settles it in seconds,
    /// which is less than a client waits.
    /// </summary>
    public const string Eager = """
        priorities:
          standard: { deadline: 1h, seal: { requests: 1000, age: 50ms } }
          low: { deadline: 24h, seal: { requests: 10000 }, window: none }
        lanes:
          batch: { seal: { age: 50ms }, poll: { min: 50ms, max: 200ms }, quarantine: { adopt: 2s, watch: 30m, look_every: 200ms } }
        """;

    public static async Task<TestGateway> StartAsync(
        string yaml = Eager, SandboxOptions? sandbox = null, double timeScale = 1, string? folder = null, SandboxServer? runningSandbox = null, LogLevel log = LogLevel.Error, int port = 0, string server = "", string listen = "127.0.0.1", string adminListen = "127.0.0.1", TimeProvider? clock = null, string? database = null)
    {
        bool owns = folder is null;
        folder ??= Directory.CreateTempSubdirectory("leeway-test-").FullName;
        clock ??= timeScale == 1 ? TimeProvider.System : new ScaledClock(timeScale, TimeProvider.System.GetUtcNow());
        SandboxServer provider = runningSandbox ?? await SandboxServer.StartAsync(sandbox ?? new SandboxOptions { Law = "instant" }, clock);
        string file = Path.Combine(folder, "leeway.yaml");

        // What a provider still keeps when the gateway stops is not worth half a minute; and a lease, which the database's clock ends, is as much longer
        // by a clock that runs faster.
        string node = server.Contains("node:", StringComparison.Ordinal) ? "" : string.Create(CultureInfo.InvariantCulture, $", node: {{ drain: 5s, lease: {15 * timeScale:0}s }}");
        string providers = yaml.Contains("providers:", StringComparison.Ordinal)
            ? ""
            : $"providers:\n  openai: {{ kind: openai, api_key: \"sk-test\", base_url: \"{provider.BaseUri}v1\" }}\n";
        await File.WriteAllTextAsync(
            file,
            $"version: 1\nserver: {{ listen: \"{listen}:{port}\", admin_listen: \"{adminListen}:0\"{node}{(server.Length == 0 ? "" : ", " + server)} }}\n{StorageLine(Path.Combine(folder, "data"), database)}\n{providers}{yaml.Replace("{sandbox}", $"{provider.BaseUri}v1", StringComparison.Ordinal)}\n",
            Encoding.UTF8);
        var sources = new ConfigSources { File = file, Folder = folder };
        ConfigResult result = ConfigLoader.Load(sources);
        Assert.False(result.HasErrors, string.Join('\n', result.Problems));
        GatewayHost host = await GatewayHost.StartAsync(new GatewayOptions { Sources = sources, Config = result, Clock = clock, Log = log }, CancellationToken.None);
        return new TestGateway(folder, owns, provider, runningSandbox is null, host, clock);
    }

    // A database that others share, or one of its own.
    private static string StorageLine(string folder, string? database) =>
        database is null ? TestDatabases.Yaml(folder) : $"storage: {{ kind: postgres, connection: \"{database}\", path: \"{folder}\" }}";

    /// <summary>Posts JSON with headers.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, string json, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    // Any address is one to listen on, not to call.
    private static Uri Reachable(Uri url) => new(url.ToString().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Admin.Dispose();
        await Host.DisposeAsync();
        if (_ownsSandbox)
        {
            await Sandbox.DisposeAsync();
        }

        if (_ownsFolder)
        {
            await TestDatabases.ReleaseAsync(Path.Combine(Folder, "data"));
            Directory.Delete(Folder, recursive: true);
        }
    }
}
