using System.Globalization;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Hosting;
using Leeway.Sandbox;
using Microsoft.Extensions.Logging;

namespace Leeway.Load.Serving;

/// <summary>A node of several on one PostgreSQL database: real time goes to a provider that costs nothing, batches to the sandbox.</summary>
internal static class NodeServer
{
    public const string Keeps = "keeps";
    public const string Works = "works";

    /// <summary>Serves as a node.</summary>
    /// <param name="folder">Its own.</param>
    /// <param name="connection">The database.</param>
    /// <param name="provider">Answers in real time.</param>
    /// <param name="batches">Works batches off.</param>
    /// <param name="mode">Whether it only takes in (<see cref="Keeps"/>) or seals and collects too (<see cref="Works"/>).</param>
    public static async Task<int> RunAsync(string folder, string connection, Uri provider, Uri batches, string mode)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, "leeway.yaml");
        await File.WriteAllTextAsync(file, Yaml(folder, connection, provider, batches, mode));
        var sources = new ConfigSources { File = file, Folder = folder };
        ConfigResult config = ConfigLoader.Load(sources);
        if (config.HasErrors)
        {
            Console.Error.WriteLine(string.Join('\n', config.Problems));
            return 1;
        }

        await using GatewayHost host = await GatewayHost.StartAsync(
            new GatewayOptions { Sources = sources, Config = config, Log = LogLevel.Error }, CancellationToken.None);
        Console.WriteLine("admin " + host.AdminUrl);
        await Served.UntilInputEndsAsync(host.PublicUrl);
        return 0;
    }

    /// <summary>Serves as the provider of batches, whose batches are done at once.</summary>
    public static async Task<int> RunSandboxAsync()
    {
        await using SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" }, TimeProvider.System);
        await Served.UntilInputEndsAsync(sandbox.BaseUri);
        return 0;
    }

    private static string Yaml(string folder, string connection, Uri provider, Uri batches, string mode)
    {
        string seal = mode == Works ? "requests: 1000, age: 1s" : "requests: 50000, age: 20h";
        string models = string.Concat(Enumerable.Range(0, LeewayServer.DeferredModels).Select(static n => string.Create(
            CultureInfo.InvariantCulture, $"  {LeewayServer.DeferredModel(n)}: {{ deployments: [ {{ provider: batches, model: gpt-4o-mini }} ] }}\n")));
        return $$"""
            version: 1
            server: { listen: "127.0.0.1:0", admin_listen: "127.0.0.1:0" }
            storage: { kind: postgres, connection: "{{connection}}", path: "{{folder}}/data" }
            providers:
              direct:  { kind: openai, api_key: "sk-bench", base_url: "{{provider}}v1" }
              batches: { kind: openai, api_key: "sk-bench", base_url: "{{batches}}v1" }
            models:
              gpt-4o-mini: { deployments: [ { provider: direct, model: gpt-4o-mini } ] }
            {{models.TrimEnd()}}
            priorities:
              standard: { deadline: 1h, seal: { {{seal}} } }
              low: { deadline: 24h, seal: { {{seal}} }, window: none }
            lanes:
              batch: { poll: { min: 200ms, max: 1s } }

            """;
    }
}
