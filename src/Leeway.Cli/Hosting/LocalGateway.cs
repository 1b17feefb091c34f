using Leeway.Economics;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Hosting;
using Leeway.Sandbox;
using Leeway.Storage;
using Microsoft.Extensions.Logging;

namespace Leeway.Cli.Hosting;

/// <summary>A gateway in this process, with a simulated provider behind it when no other is configured.</summary>
internal sealed class LocalGateway : IAsyncDisposable
{
    private const string SandboxName = "sandbox";

    private readonly GatewayHost _host;
    private readonly SandboxServer? _sandbox;

    private LocalGateway(GatewayHost host, SandboxServer? sandbox)
    {
        _host = host;
        _sandbox = sandbox;
    }

    public Uri PublicUrl => _host.PublicUrl;

    public Uri AdminUrl => _host.AdminUrl;

    public bool LacksKeys => _host.LacksKeys;

    public bool IsSimulated => _sandbox is not null;

    /// <summary>1. Start the sandbox if there is no provider. 2. Make it the provider. 3. Start the gateway.</summary>
    /// <exception cref="CliFailure">A port is taken, the storage is in use, or the sandbox's settings are wrong.</exception>
    public static async Task<LocalGateway> StartAsync(
        Shell shell, ConfigSources sources, ConfigResult config, SandboxChoice choice, LogLevel log, CancellationToken cancellationToken)
    {
        SandboxServer? sandbox = null;
        try
        {
            if (config.Config is { UsesSandbox: true })
            {
                // 1.
                sandbox = await SandboxServer.StartAsync(
                    new SandboxOptions { Law = choice.Law, Seed = choice.Seed, TimeScale = choice.TimeScale, Flex = choice.Flex }, shell.Clock, cancellationToken);

                // 2.
                sources = sources with { Overrides = WithProvider(sources.Overrides, sandbox.BaseUri) };
                config = ConfigLoader.Load(sources);
            }

            // 3.
            GatewayHost host = await GatewayHost.StartAsync(
                new GatewayOptions { Sources = sources, Config = config, Clock = shell.Clock, Random = shell.Surroundings.Random, Log = log }, cancellationToken);
            return new LocalGateway(host, sandbox);
        }
        catch (Exception error)
        {
            if (sandbox is not null)
            {
                await sandbox.DisposeAsync();
            }

            if (error is PriceCatalogException)
            {
                throw new CliFailure(ExitCode.ConfigInvalid, error.Message, "Mend the catalogue file, or move it away to start with the built-in prices.") { Code = "bad_catalogue" };
            }

            if (error is StorageInUseException or StorageSchemaException or StorageUnavailableException or IOException)
            {
                throw new CliFailure(ExitCode.Failed, error.Message, error is StorageInUseException ? "If a gateway runs there, name it with --gateway URL." : "");
            }

            throw;
        }
    }

    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _host.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }
    }

    private static Dictionary<string, string> WithProvider(IReadOnlyDictionary<string, string> overrides, Uri sandbox) =>
        new(overrides, StringComparer.Ordinal)
        {
            [$"providers.{SandboxName}.kind"] = "openai",
            [$"providers.{SandboxName}.base_url"] = new Uri(sandbox, "v1").ToString(),
            [$"providers.{SandboxName}.api_key"] = SandboxName,
        };
}
