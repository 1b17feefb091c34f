using Leeway.Cli.Api;
using Leeway.Gateway.Configuration;
using Microsoft.Extensions.Logging;

namespace Leeway.Cli.Hosting;

/// <summary>A gateway to work with: the one that runs, or one in this process for as long as the command lasts.</summary>
internal sealed class GatewayTarget : IAsyncDisposable
{
    // Nobody waits for simulated batches of simulated hours.
    private static readonly SandboxChoice s_sandbox = new("instant", 1, 1);

    private readonly LocalGateway? _local;

    private GatewayTarget(GatewayClient client, LocalGateway? local)
    {
        Client = client;
        _local = local;
    }

    public GatewayClient Client { get; }

    public bool IsLocal => _local is not null;

    public bool IsSimulated => _local?.IsSimulated ?? false;

    /// <param name="client">The gateway that was named, or the default.</param>
    /// <param name="wasNamed">A gateway that was named must answer: nothing takes its place.</param>
    public static async Task<GatewayTarget> OpenAsync(Shell shell, GatewayClient client, bool wasNamed, ConfigSources sources, CancellationToken cancellationToken)
    {
        if (wasNamed || await client.AnswersAsync(shell.Clock, cancellationToken))
        {
            return new GatewayTarget(client, null);
        }

        sources = sources with
        {
            Overrides = new Dictionary<string, string>(sources.Overrides, StringComparer.Ordinal)
            {
                ["server.listen"] = "127.0.0.1:0",
                ["server.admin_listen"] = "127.0.0.1:0",
            },
        };
        ConfigResult config = ConfigArguments.Load(shell, sources);
        if (config.Config is { UsesSandbox: true })
        {
            // The default wait between two looks at a provider's batch is meant for batches that take hours.
            ((Dictionary<string, string>)sources.Overrides).TryAdd("lanes.batch.poll.min", "1s");
            config = ConfigLoader.Load(sources);
        }

        LocalGateway local = await LocalGateway.StartAsync(shell, sources, config, s_sandbox, LogLevel.Error, cancellationToken);
        shell.Say(local.IsSimulated
            ? $"No gateway answers at {client.Root}, so one runs in this process; no provider is configured, so every answer is SIMULATED."
            : $"No gateway answers at {client.Root}, so one runs in this process.");
        return new GatewayTarget(client.At(local.PublicUrl), local);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_local is not null)
        {
            await _local.DisposeAsync();
        }
    }
}
