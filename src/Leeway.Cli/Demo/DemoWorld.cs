using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Hosting;
using Leeway.Sandbox;
using Microsoft.Extensions.Logging;

namespace Leeway.Cli.Demo;

/// <summary>A real gateway over a simulated provider, both in this process and on the same fast clock.</summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private const int PublicPort = 8080;
    private const int AdminPort = 8081;

    private readonly GatewayHost _host;
    private readonly string? _folderToDelete;

    private DemoWorld(GatewayHost host, SandboxServer sandbox, ScaledClock clock, DateTimeOffset started, string? folderToDelete) =>
        (_host, Sandbox, Clock, Started, _folderToDelete) = (host, sandbox, clock, started, folderToDelete);

    public SandboxServer Sandbox { get; }

    public ScaledClock Clock { get; }

    /// <summary>On the demo's clock: a moment before anything answered.</summary>
    public DateTimeOffset Started { get; }

    public Uri PublicUrl => _host.PublicUrl;

    public Uri AdminUrl => _host.AdminUrl;

    public bool HasUsualPorts => PublicUrl.Port == PublicPort && AdminUrl.Port == AdminPort;

    /// <exception cref="IOException">The folder to keep holds something, or a port was taken at the last moment.</exception>
    public static async Task<DemoWorld> StartAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        if (options.Data is { } kept && Directory.Exists(kept) && Directory.EnumerateFileSystemEntries(kept).Any())
        {
            throw new IOException($"The folder '{kept}' is not empty. The demo's clock and provider start anew each time; give --data a new folder.");
        }

        string folder = options.Data is null ? Directory.CreateTempSubdirectory("leeway-demo-").FullName : Directory.CreateDirectory(options.Data).FullName;
        string? folderToDelete = options.Data is null ? folder : null;
        SandboxServer? sandbox = null;
        try
        {
            DateTimeOffset started = DemoClock.StartOf(options);
            var clock = new ScaledClock(options.Scale, started, options.RealTime);
            sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "healthy", Seed = options.Seed }, clock, cancellationToken);
            GatewayHost host = await StartGatewayAsync(options, folder, sandbox, clock, cancellationToken);
            return new DemoWorld(host, sandbox, clock, started, folderToDelete);
        }
        catch
        {
            if (sandbox is not null)
            {
                await sandbox.DisposeAsync();
            }

            Delete(folderToDelete);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Sandbox.DisposeAsync();
        Delete(_folderToDelete);
    }

    private static Task<GatewayHost> StartGatewayAsync(
        DemoOptions options, string folder, SandboxServer sandbox, ScaledClock clock, CancellationToken cancellationToken)
    {
        bool usual = IsFree(PublicPort) && IsFree(AdminPort);
        var sources = new ConfigSources
        {
            Folder = folder,
            Overrides = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["server.listen"] = $"127.0.0.1:{(usual ? PublicPort : 0)}",
                ["server.admin_listen"] = $"127.0.0.1:{(usual ? AdminPort : 0)}",
                ["storage.path"] = Path.Combine(folder, "data"),
                ["providers.sandbox.kind"] = "openai",
                ["providers.sandbox.base_url"] = new Uri(sandbox.BaseUri, "v1").ToString(),
                ["providers.sandbox.api_key"] = "sandbox",

                // What guards against a hung machine is a matter of time here, not of the fast clock.
                ["providers.sandbox.timeouts.connect"] = Here(10, options),
                ["providers.sandbox.timeouts.first_byte"] = Here(60, options),
                ["providers.sandbox.timeouts.idle"] = Here(60, options),
                ["providers.sandbox.timeouts.total"] = Here(120, options),

                // Clients' own timeouts, commonly 100 s or more, run in time here too.
                ["hold.max"] = Here(90, options),
                ["hold.heartbeat"] = Here(2, options),

                // Whoever watches sees the first batches come back within half a minute; a single run keeps to the defaults.
                ["priorities.standard.seal.age"] = options.Once ? "15m" : "5m",
            },
        };
        ConfigResult config = ConfigLoader.Load(sources);
        return config.Config is null
            ? throw new InvalidOperationException(string.Join('\n', config.Problems))
            : GatewayHost.StartAsync(
                new GatewayOptions { Sources = sources, Config = config, Clock = clock, Log = options.IsTerminal ? LogLevel.None : LogLevel.Error }, cancellationToken);
    }

    private static string Here(double seconds, DemoOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds * Math.Max(1, options.Scale))}s");

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Delete(string? folder)
    {
        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
