using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Leeway.Adapters;
using Leeway.Cli.Api;
using Leeway.Cli.Output;
using Leeway.Economics;
using Leeway.Gateway.Configuration;
using Leeway.Routing;
using Leeway.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Cli.Doctor;

/// <summary>Looks at everything a gateway needs, one finding each; changes nothing but a probe file it deletes.</summary>
internal sealed class Checkup(Shell shell, GatewayClient gateway, GatewayClient admin)
{
    private const long LittleSpace = 1L << 30;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    // Webhook signatures and RFC 3339 deadlines are judged by wall clocks; half of the signatures' tolerance leaves room for both sides.
    private static readonly TimeSpan s_tolerableSkew = TimeSpan.FromSeconds(30);

    public async IAsyncEnumerable<Finding> RunAsync(ConfigResult result, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return OfConfig(result);
        if (result.Config is not { } config)
        {
            yield break;
        }

        yield return OfStorage(config.Storage);
        if (config.Storage is { Kind: StorageKind.Postgres, Connection: { } database })
        {
            yield return await OfDatabaseAsync(database, cancellationToken);
        }

        bool runs = await gateway.AnswersAsync(shell.Clock, cancellationToken);
        if (runs)
        {
            yield return new Finding(Health.Ok, "gateway", $"answers at {gateway.Root}");
            yield return await OfReadinessAsync(cancellationToken);
        }
        else
        {
            yield return OfPort("server.listen", config.Server.Listen);
            yield return OfPort("server.admin_listen", config.Server.AdminListen);
        }

        if (config.UsesSandbox)
        {
            yield return new Finding(Health.Warn, "provider", "none is configured: answers are simulated", "Set OPENAI_API_KEY, or add providers to leeway.yaml.");
        }

        IReadOnlyList<IProvider> providers = ProviderSet.CreateAll(shell.Clock, NullLoggerFactory.Instance);
        var routes = new RouteTable(new StaticConfig(config), PriceCatalog.BuiltIn, shell.Clock);
        foreach ((string name, ProviderConfig provider) in config.Providers)
        {
            foreach (Finding finding in await OfProviderAsync(providers, routes.DeploymentAt(name)!, provider, cancellationToken))
            {
                yield return finding;
            }
        }

        foreach (IDisposable provider in providers.OfType<IDisposable>())
        {
            provider.Dispose();
        }

        yield return OfWebhooks(config);
        yield return OfMail(config.Delivery.Mail);
    }

    private static Finding OfConfig(ConfigResult result)
    {
        string file = result.File ?? "defaults and environment";
        ConfigProblem? first = result.Problems.FirstOrDefault(problem => problem.Severity == ConfigSeverity.Error) ?? (result.Problems.Count > 0 ? result.Problems[0] : null);
        return first is null ? new Finding(Health.Ok, "configuration", $"valid ({file})")
            : new Finding(result.HasErrors ? Health.Fail : Health.Warn, "configuration", first.ToString(), "See all of it with 'leeway config check'.");
    }

    private Finding OfStorage(StorageConfig storage)
    {
        string folder = Path.GetFullPath(storage.Path, Path.GetFullPath(shell.Surroundings.Folder));
        try
        {
            bool made = !Directory.Exists(folder);
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, ".doctor");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            long free = new DriveInfo(folder).AvailableFreeSpace;
            if (made)
            {
                Directory.Delete(folder);
            }

            string detail = string.Create(CultureInfo.InvariantCulture, $"{folder} is writable, {free / (double)(1L << 30):0.0} GiB free");
            return free < LittleSpace ? new Finding(Health.Warn, "storage", detail, "Free some space: bodies and results are kept there.") : new Finding(Health.Ok, "storage", detail);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new Finding(Health.Fail, "storage", error.Message, "Give storage.path a folder this user can write to.");
        }
    }

    private static async Task<Finding> OfDatabaseAsync(Secret connection, CancellationToken cancellationToken)
    {
        try
        {
            return new Finding(Health.Ok, "database", await LeewayStorage.ProbePostgresAsync(connection.Reveal(), cancellationToken));
        }
        catch (StorageUnavailableException unavailable)
        {
            return new Finding(Health.Fail, "database", unavailable.Message, "Nothing can be accepted without it.");
        }
    }

    private async Task<Finding> OfReadinessAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await admin.SendAsync(new HttpRequestMessage(HttpMethod.Get, "health/ready"), cancellationToken);
            return new Finding(Health.Ok, "readiness", $"ready ({admin.Root})");
        }
        catch (CliFailure failure)
        {
            return new Finding(Health.Fail, "readiness", failure.Message, failure.Remedy);
        }
    }

    private static Finding OfPort(string setting, ListenAddress address)
    {
        try
        {
            using var socket = new Socket(address.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address.Address, address.Port));
            return new Finding(Health.Ok, setting, $"{address} is free");
        }
        catch (SocketException error)
        {
            return new Finding(Health.Fail, setting, $"{address}: {error.Message}", $"Stop what listens there, or set {setting} to another port.");
        }
    }

    private async Task<Finding[]> OfProviderAsync(IReadOnlyList<IProvider> providers, Deployment deployment, ProviderConfig config, CancellationToken cancellationToken)
    {
        string name = deployment.Provider;
        string check = $"provider {name}";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        ProviderProbe probe;
        try
        {
            probe = await providers.First(provider => provider.Kind == deployment.Kind).ProbeAsync(deployment, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            probe = new ProviderProbe(deployment.BaseUrl, null, null, $"no answer within {TimeText.Of(s_patience)}");
        }

        Finding reach = probe.StatusCode switch
        {
            null => new Finding(Health.Fail, check, $"{deployment.BaseUrl} cannot be reached: {probe.Failure}", $"Check providers.{name}.base_url, the network and its proxy."),
            401 or 403 => new Finding(
                Health.Fail, check, $"refuses the credential ({probe.StatusCode})", $"Check providers.{name}.api_key{(config.ApiKey is { } used ? $" ({used.Origin})" : "")}."),
            >= 200 and < 300 => new Finding(Health.Ok, check, $"{deployment.BaseUrl} answers and takes the credential"),
            _ => new Finding(Health.Warn, check, $"GET {probe.Address} gave {probe.StatusCode}", "Fine when this server has no model list; else check base_url."),
        };
        return probe.Date is { } date ? [reach, OfClock(name, date)] : [reach];
    }

    private Finding OfClock(string name, DateTimeOffset theirs)
    {
        TimeSpan skew = shell.Clock.GetUtcNow() - theirs;
        string detail = $"this clock is {TimeText.Of(skew.Duration())} {(skew < TimeSpan.Zero ? "behind" : "ahead of")} {name}'s";
        return skew.Duration() > s_tolerableSkew
            ? new Finding(Health.Warn, "clock", detail, "Set this machine's clock: deadlines and webhook signatures depend on it.")
            : new Finding(Health.Ok, "clock", detail);
    }

    private static Finding OfWebhooks(LeewayConfig config)
    {
        WebhooksConfig webhooks = config.Delivery.Webhooks;
        bool exposed = !config.Server.Listen.IsLoopback;
        string detail = $"{webhooks.Schedule.Count} attempts; http {(webhooks.AllowHttp ? "allowed" : "refused")}, private networks {(webhooks.AllowPrivateNetworks.Count == 0 ? "refused" : "allowed in part")}";
        return exposed && (webhooks.AllowHttp || webhooks.AllowPrivateNetworks.Count > 0)
            ? new Finding(Health.Warn, "webhooks", detail, "The gateway listens beyond this machine: drop delivery.webhooks.allow_http and allow_private_networks.")
            : new Finding(Health.Ok, "webhooks", detail);
    }

    private static Finding OfMail(MailConfig mail) => mail.Host is null
        ? new Finding(Health.Ok, "mail", "none is sent: delivery.mail.host is not set")
        : new Finding(Health.Ok, "mail", $"{mail.Host}:{mail.EffectivePort}, from {mail.From?.Address}; `leeway mail test` shows whether it is taken");
}
