using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Dialects;

/// <summary>A gateway with a provider of each kind, all of them the same sandbox.</summary>
internal static class DialectGateway
{
    public static Task<TestGateway> StartAsync(SandboxOptions? sandbox = null) => TestGateway.StartAsync(
        """
        providers:
          openai: { kind: openai, api_key: "sk-test", base_url: "{sandbox}" }
          farm: { kind: openai-compatible, api_key: "sk-farm", base_url: "{sandbox}" }
          anthropic: { kind: anthropic, api_key: "sk-ant-test", base_url: "{sandbox}" }
        models:
          gpt-4o-mini: { deployments: [ { provider: openai } ] }
          llama: { deployments: [ { provider: farm, model: gpt-4o-mini } ], price: { input: "0.1", output: "0.1" } }
          claude-haiku-4-5: { deployments: [ { provider: anthropic } ] }
          either: { deployments: [ { provider: anthropic, model: claude-haiku-4-5 }, { provider: openai, model: gpt-4o-mini } ] }

        """ + TestGateway.Eager,
        sandbox);

}
