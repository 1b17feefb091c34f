using System.Globalization;
using Leeway.Chaos.Processes;

namespace Leeway.Chaos;

/// <summary>The configuration of a node: everything that takes hours in production takes seconds.</summary>
internal static class NodeConfig
{
    public static string Of(ChaosOptions options, GatewayNode node, int vendorPort, int? databasePort) => $$"""
        version: 1
        server:
          listen: "{{node.Url.Authority}}"
          admin_listen: "{{node.AdminUrl.Authority}}"
          node: { name: "node-{{node.Number}}", lease: 12s, drain: 10s }
        storage: {{Storage(node, databasePort)}}
        providers:
          openai:
            kind: openai
            api_key: sk-chaos
            base_url: "http://127.0.0.1:{{vendorPort}}/v1"
            timeouts: { connect: 2s, first_byte: 6s, idle: 4s, total: 20s }
            retries: { max: 2, backoff: { initial: 200ms, max: 2s } }
            batch: { enqueued_tokens: {{options.EnqueuedTokens}} }
        priorities:
          standard: { deadline: 1m, seal: { requests: 40, age: 2s } }
          low: { deadline: 24h, seal: { requests: 100, age: 4s }, window: none }
        lanes:
          batch:
            seal: { requests: 50, age: 2s }
            poll: { min: 250ms, max: 2s }
            turnaround: 8s
            rescue: { {{Rescue(options)}} }
            quarantine: { adopt: 6s, watch: 6m, look_every: 500ms }
        hold: { max: 30s, heartbeat: 5s }
        delivery:
          webhooks:
            timeout: 4s
            schedule: [0s, 500ms, 1s, 2s, 4s, 5s, 5s, 5s, 10s, 10s, 10s, 10s, 20s, 20s, 30s, 30s, 30s]
            allow_http: true
            allow_private_networks: ["127.0.0.0/8"]
            disable_after: 1000000

        """;

    /// <summary>How long before its deadline a request goes in real time.</summary>
    public static TimeSpan RescueMargin { get; } = TimeSpan.FromSeconds(4);

    private static string Rescue(ChaosOptions options) => string.Create(
        CultureInfo.InvariantCulture, $"margin: {RescueMargin.TotalSeconds}s{(options.RescueBudget is { } budget ? $", budget: {budget}, hard_budget: true" : "")}");

    private static string Storage(GatewayNode node, int? databasePort) => databasePort is { } port
        ? $$"""{ kind: postgres, connection: "{{PostgresServer.ConnectionAt(port)}}", path: "{{node.DataFolder}}" }"""
        : $$"""{ path: "{{node.DataFolder}}" }""";
}
