using Leeway.Gateway.Tests.Access;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Gateway.Tests.Conformance;

/// <summary>The test classes that share one <see cref="ConformanceGateway"/>, one after the other, since they switch the provider's faults.</summary>
[CollectionDefinition(Name)]
public sealed class ConformanceCollection : ICollectionFixture<ConformanceGateway>
{
    public const string Name = "Conformance";
}

/// <summary>
/// A gateway with a key, over one provider of each kind: every model is served once natively and once by the other kind. It does not repeat
/// what a provider refuses, so that the clients see it at once.
/// </summary>
public sealed class ConformanceGateway : IAsyncLifetime
{
    public const string Gpt = "gpt-4o-mini";
    public const string Claude = "claude-opus-5";
    public const string GptByAnthropic = "gpt-by-anthropic";
    public const string ClaudeByOpenAI = "claude-by-openai";
    public const string Embedding = "text-embedding-3-small";

    private SandboxServer? _sandbox;
    private TestGateway? _gateway;

    internal TestGateway Gateway => _gateway!;

    internal string Key { get; private set; } = "";

    /// <summary>The gateway's address, without a version.</summary>
    internal Uri Url => Gateway.Host.PublicUrl;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" });
        _gateway = await TestGateway.StartAsync($$"""
            providers:
              openai: { kind: openai, api_key: "sk-test", base_url: "{{_sandbox.BaseUri}}v1", retries: { max: 0 } }
              anthropic: { kind: anthropic, api_key: "sk-test", base_url: "{{_sandbox.BaseUri}}", retries: { max: 0 } }
            models:
              {{Gpt}}: { deployments: [ { provider: openai } ] }
              {{Claude}}: { deployments: [ { provider: anthropic } ] }
              {{GptByAnthropic}}: { deployments: [ { provider: anthropic, model: {{Claude}} } ] }
              {{ClaudeByOpenAI}}: { deployments: [ { provider: openai, model: {{Gpt}} } ] }
              {{Embedding}}: { deployments: [ { provider: openai } ] }
            {{TestGateway.Eager}}
            """, runningSandbox: _sandbox);
        Key = (await _gateway.MakeKeyAsync()).Secret;
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _sandbox!.DisposeAsync();
    }

    /// <summary>Lets the provider fail in one way, every time, until it is disposed.</summary>
    internal IDisposable Failing(FaultKind kind, int? status = null)
    {
        _sandbox!.Faults.Set(kind, new FaultSetting { Probability = 1, Status = status });
        return new Fault(_sandbox.Faults);
    }

    private sealed class Fault(FaultSet faults) : IDisposable
    {
        public void Dispose() => faults.Clear();
    }
}
