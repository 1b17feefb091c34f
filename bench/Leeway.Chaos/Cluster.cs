using System.Globalization;
using System.Text.Json;
using Leeway.Chaos.Network;
using Leeway.Chaos.Processes;

namespace Leeway.Chaos;

/// <summary>Everything that runs: nodes on a database, each behind proxies of its own, the provider and the webhook endpoint.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const int DiskMegabytes = 256;

    // Contents of files are all that a node keeps beside PostgreSQL.
    private const int CacheMegabytes = 64;

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(15);

    private Cluster(string folder, Vendor vendor, WebhookReceiver receiver, PostgresServer? postgres) => (Folder, Vendor, Receiver, Postgres) = (folder, vendor, receiver, postgres);

    public string Folder { get; }

    public Vendor Vendor { get; }

    public WebhookReceiver Receiver { get; }

    public PostgresServer? Postgres { get; }

    public List<GatewayNode> Nodes { get; } = [];

    public List<NodeClock> Clocks { get; } = [];

    /// <summary>By node; null where a disk cannot be made.</summary>
    public List<DataDisk?> Disks { get; } = [];

    /// <summary>By node.</summary>
    public List<FaultProxy> ToVendor { get; } = [];

    /// <summary>By node; empty without PostgreSQL.</summary>
    public List<FaultProxy> ToDatabase { get; } = [];

    /// <summary>The webhook endpoint's id, registered at the first node.</summary>
    public string Webhook { get; private set; } = "";

    /// <summary>What callers send; null where none is asked for.</summary>
    public ClientKeys? Keys { get; private set; }

    /// <summary>Where each node is, for clients and for its operator.</summary>
    public IReadOnlyList<(Uri Url, Uri Admin)> Addresses => [.. Nodes.Select(node => (node.Url, node.AdminUrl))];

    public static async Task<Cluster> StartAsync(ChaosOptions options, string folder)
    {
        PostgresServer? postgres = options.Postgres ? await PostgresServer.StartAsync() : null;
        var cluster = new Cluster(folder, await Vendor.StartAsync(options.Seed), await WebhookReceiver.StartAsync(), postgres);
        try
        {
            for (int number = 0; number < options.Nodes; number++)
            {
                await cluster.AddNodeAsync(options, number);
            }

            // All at once, as machines start after a power cut: one of them makes the schema.
            await Task.WhenAll(cluster.Nodes.Select(node => node.StartUntilReadyAsync(StartPatience)));
            await cluster.RegisterWebhookAsync();
            cluster.Keys = options.KeyBudget is { } budget ? await ClientKeys.MakeAsync(cluster.Addresses, budget, StartPatience) : null;
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (GatewayNode node in Nodes)
        {
            await node.DisposeAsync();
        }

        foreach (FaultProxy proxy in ToVendor.Concat(ToDatabase))
        {
            await proxy.DisposeAsync();
        }

        foreach (DataDisk? disk in Disks)
        {
            await (disk?.DisposeAsync() ?? default);
        }

        await Receiver.DisposeAsync();
        await Vendor.DisposeAsync();
        await (Postgres?.DisposeAsync() ?? default);
    }

    private async Task AddNodeAsync(ChaosOptions options, int number)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"node-{number}"))).FullName;
        var clock = new NodeClock(folder);
        var node = new GatewayNode(number, folder, clock);
        Nodes.Add(node);
        Clocks.Add(clock);
        Disks.Add(await DataDisk.MountAsync(node.DataFolder, options.Postgres ? CacheMegabytes : DiskMegabytes));
        ToVendor.Add(new FaultProxy(Ports.Take(), Vendor.Port));
        if (Postgres is not null)
        {
            ToDatabase.Add(new FaultProxy(Ports.Take(), Postgres.Port));
        }

        await File.WriteAllTextAsync(node.ConfigFile, NodeConfig.Of(options, node, ToVendor[number].Port, Postgres is null ? null : ToDatabase[number].Port));
    }

    private async Task RegisterWebhookAsync()
    {
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.PostAsync(new Uri(Nodes[0].AdminUrl, "/admin/webhooks"), Load.Front.Json($$"""{"url":"{{Receiver.Url}}"}"""));
        using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        (Webhook, Receiver.Secret) = (json.RootElement.GetProperty("id").GetString()!, json.RootElement.GetProperty("secret").GetString()!);
    }
}
