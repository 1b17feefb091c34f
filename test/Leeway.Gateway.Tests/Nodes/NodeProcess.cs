using System.Net;
using Leeway.Gateway.Tests.Crash.Support;

namespace Leeway.Gateway.Tests.Nodes;

/// <summary>A node as a process of its own, on a folder and ports that it keeps over restarts. Its lease is short, so that nobody waits long for its end.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("leeway-node-").FullName;

    private ChildProcess? _process;

    private NodeProcess(int port, int adminPort) => (Http, Admin) = (ClientOf(port), ClientOf(adminPort));

    public HttpClient Http { get; }

    public HttpClient Admin { get; }

    /// <summary>What it wrote.</summary>
    public string Output => _process?.Output ?? "";

    /// <summary>A node of a cluster, which takes calls.</summary>
    public static async Task<NodeProcess> StartAsync(Cluster cluster, string name, string yaml)
    {
        (int port, int adminPort) = (Ports.Take(), Ports.Take());
        var node = new NodeProcess(port, adminPort);
        string providers = yaml.Contains("providers:", StringComparison.Ordinal) ? "" : "providers: { openai: { kind: openai, api_key: sk-test, base_url: \"{sandbox}\" } }";
        string config = $$"""
            version: 1
            server: { listen: "127.0.0.1:{{port}}", admin_listen: "127.0.0.1:{{adminPort}}", node: { name: {{name}}, lease: 2s } }
            storage: { kind: postgres, connection: "{{cluster.Database}}", path: "{{node._folder}}/data" }
            {{providers}}
            {{yaml}}
            """;
        await File.WriteAllTextAsync(
            Path.Combine(node._folder, "leeway.yaml"), config.Replace("{sandbox}", $"{cluster.Sandbox.BaseUri}v1", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await node.StartAsync();
        return node;
    }

    /// <summary>Starts it, once more too, and waits until it takes calls.</summary>
    public async Task StartAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = ChildProcess.Start(_folder, ["serve", "--config", "leeway.yaml"]);
        await Eventually.HoldsAsync(IsReadyAsync, () => $"It does not start:\n{Output}");
    }

    /// <summary>SIGTERM.</summary>
    public Task TerminateAsync() => _process!.TerminateAsync();

    /// <summary>Its exit code.</summary>
    public Task<int> WaitForExitAsync() => _process!.WaitForExitAsync();

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Http.Dispose();
        Admin.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static HttpClient ClientOf(int port) => new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(2) };

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(_process!.HasExited, $"It ended:\n{Output}");
        try
        {
            return (await Admin.ReadinessAsync()).Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
