using System.Globalization;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Hosting;
using Microsoft.Extensions.Logging;

namespace Leeway.Load.Serving;

/// <summary>Leeway as it is shipped: storage, routing, classification rules, ledger and metrics on.</summary>
internal static class LeewayServer
{
    /// <summary>Models of deferred calls.</summary>
    public const int DeferredModels = 16;

    public static string DeferredModel(int number) => string.Create(CultureInfo.InvariantCulture, $"bench-{number % DeferredModels}");

    public static async Task<int> RunAsync(string folder, Uri upstream)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, "leeway.yaml");
        await File.WriteAllTextAsync(file, Yaml(folder, upstream));
        var sources = new ConfigSources { File = file, Folder = folder };
        ConfigResult config = ConfigLoader.Load(sources);
        if (config.HasErrors)
        {
            Console.Error.WriteLine(string.Join('\n', config.Problems));
            return 1;
        }

        await using GatewayHost host = await GatewayHost.StartAsync(
            new GatewayOptions { Sources = sources, Config = config, Log = LogLevel.Warning }, CancellationToken.None);
        Console.WriteLine("admin " + host.AdminUrl);
        await Served.UntilInputEndsAsync(host.PublicUrl);
        return 0;
    }

    // Pools grow as far as the provider allows, so that an enqueue bench measures taking in and not sealing.
    private static string Yaml(string folder, Uri upstream)
    {
        string models = string.Concat(Enumerable.Range(0, DeferredModels).Select(
            static n => $"  {DeferredModel(n)}: {{ deployments: [ {{ provider: openai, model: gpt-4o-mini }} ] }}\n"));
        return $$"""
            version: 1
            server: { listen: "127.0.0.1:0", admin_listen: "127.0.0.1:0" }
            storage: { path: "{{folder}}/data" }
            providers:
              openai: { kind: openai, api_key: "sk-bench", base_url: "{{upstream}}v1" }
            models:
              gpt-4o-mini: { deployments: [ { provider: openai, model: gpt-4o-mini } ] }
            {{models.TrimEnd()}}
            priorities:
              standard: { deadline: 1h, seal: { requests: 50000, age: 24h, bytes: 190MB, tokens: 1000000000 } }
              low: { deadline: 24h, seal: { requests: 50000, age: 24h, bytes: 190MB, tokens: 1000000000 }, window: none }
            classify:
              - { when: { path: "/v1/embeddings" }, priority: low }
              - { when: { model: "nightly-*" }, priority: low }
              - { when: { header: { x-team: "reports" } }, priority: standard }

            """;
    }
}
