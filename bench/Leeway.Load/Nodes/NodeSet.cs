using System.Globalization;
using System.Text.Json;
using Leeway.Load.Enqueue;
using Leeway.Load.Processes;
using Leeway.Load.Serving;

namespace Leeway.Load.Nodes;

/// <summary>Some nodes on a database of their own.</summary>
internal sealed class NodeSet : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly List<ServerProcess> _nodes = [];

    private NodeSet()
    {
    }

    public IReadOnlyList<ServerProcess> Nodes => _nodes;

    public static async Task<NodeSet> StartAsync(string folder, string database, Uri provider, Uri batches, string mode, int count)
    {
        var set = new NodeSet();
        for (int i = 0; i < count; i++)
        {
            string own = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"node-{i}"));
            set._nodes.Add(await ServerProcess.StartSelfAsync($"node {i}", "serve-node", own, database, provider.ToString(), batches.ToString(), mode));
        }

        return set;
    }

    /// <summary>Deferred calls accepted per second over all nodes, which share the connections.</summary>
    public async Task<double> EnqueueAsync(int connections, int seconds)
    {
        HttpEnqueueResult[] results = await Task.WhenAll(_nodes.Select(node => new HttpEnqueue(connections / _nodes.Count).RunAsync(node, seconds)));
        return results.Sum(static result => result.PerSecond);
    }

    /// <summary>Waits until nothing is open on any node.</summary>
    public async Task DrainAsync()
    {
        using var http = new HttpClient();
        using var patience = new CancellationTokenSource(Patience);
        foreach (ServerProcess node in _nodes)
        {
            long open;
            do
            {
                await Task.Delay(Step, patience.Token);
                open = await OpenAsync(http, node, patience.Token);
            }
            while (open > 0);
        }
    }

    /// <summary>Requests that are open on all nodes.</summary>
    public async Task<long> OpenAsync()
    {
        using var http = new HttpClient();
        return (await Task.WhenAll(_nodes.Select(node => OpenAsync(http, node, CancellationToken.None)))).Sum();
    }

    private static async Task<long> OpenAsync(HttpClient http, ServerProcess node, CancellationToken cancellationToken)
    {
        using JsonDocument queue = JsonDocument.Parse(await http.GetStringAsync(new Uri(node.Admin!, "/admin/queue"), cancellationToken));
        return queue.RootElement.GetProperty("open").GetInt64();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess node in _nodes)
        {
            await node.DisposeAsync();
        }
    }
}
