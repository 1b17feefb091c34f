using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Tests.Storage.Postgres;

namespace Leeway.Gateway.Tests.Nodes;

/// <summary>Several real gateways on one PostgreSQL database, over one sandbox.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly string _database;
    private readonly List<TestGateway> _nodes = [];
    private readonly List<string> _folders = [];

    private Cluster(string database, SandboxServer sandbox) => (_database, Sandbox) = (database, sandbox);

    public SandboxServer Sandbox { get; }

    public string Database => _database;

    public static async Task<Cluster> StartAsync(SandboxOptions? sandbox = null) => new(
        await (await TestPostgres.Server).CreateDatabaseAsync(TestDatabases.MigrateAsync),
        await SandboxServer.StartAsync(sandbox ?? new SandboxOptions { Law = "instant" }));

    /// <summary>One node more. Its lease is short, so that nobody waits long for its end.</summary>
    /// <param name="yaml">Its configuration.</param>
    /// <param name="server">More of its server's.</param>
    /// <param name="database">By what way it reaches the database, when that is not the direct one.</param>
    /// <param name="clock">Its clock.</param>
    public async Task<TestGateway> JoinAsync(string yaml = TestGateway.Eager, string server = "", string? database = null, TimeProvider? clock = null)
    {
        string folder = Directory.CreateTempSubdirectory("leeway-node-").FullName;
        _folders.Add(folder);
        TestGateway node = await TestGateway.StartAsync(
            yaml, folder: folder, runningSandbox: Sandbox, server: $"node: {{ name: n{_folders.Count}, lease: 2s, drain: 5s }}{(server.Length > 0 ? ", " + server : "")}", database: database ?? _database, clock: clock);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Ends a node in order.</summary>
    public async Task LeaveAsync(TestGateway node)
    {
        _nodes.Remove(node);
        await node.DisposeAsync();
    }

    public static async Task<JsonElement> ReadAsync(HttpClient http, string path)
    {
        using JsonDocument json = JsonDocument.Parse(await http.GetStringAsync(path));
        return json.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestGateway node in _nodes)
        {
            await node.DisposeAsync();
        }

        await Sandbox.DisposeAsync();
        await (await TestPostgres.Server).ReleaseAsync(_database);
        foreach (string folder in _folders)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
