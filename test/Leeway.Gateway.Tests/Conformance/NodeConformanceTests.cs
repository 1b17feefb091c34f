using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Conformance;

/// <summary>The official npm clients, unmodified but for base URL and key: all they are used for, over deployments of either kind.</summary>
[Collection(ConformanceCollection.Name)]
public sealed class NodeConformanceTests(ConformanceGateway gateway)
{
    [Theory]
    [InlineData("openai", ConformanceGateway.Gpt, "")]
    [InlineData("anthropic", ConformanceGateway.GptByAnthropic, "chat")]
    public Task OpenAI(string kind, string model, string only) => RunAsync(NodeScript.OpenAI, "/v1", kind, model, only);

    [Theory]
    [InlineData("anthropic", ConformanceGateway.Claude, "")]
    [InlineData("openai", ConformanceGateway.ClaudeByOpenAI, "messages")]
    public Task Anthropic(string kind, string model, string only) => RunAsync(NodeScript.Anthropic, "/", kind, model, only);

    [Theory]
    [InlineData("openai", ConformanceGateway.Gpt, "")]
    [InlineData("anthropic", ConformanceGateway.GptByAnthropic, "chat")]
    public Task The_AI_SDK(string kind, string model, string only) => RunAsync(NodeScript.AiSdk, "/v1", kind, model, only);

    private async Task RunAsync(NodeScript node, string basePath, string kind, string model, string only)
    {
        NodeScript.SkipWithoutNode();
        JsonElement printed = await node.RunAsync("conform.mjs", new
        {
            key = gateway.Key,
            baseURL = new Uri(gateway.Url, basePath),
            sandbox = gateway.Gateway.Sandbox.BaseUri,
            kind,
            model,
            only,
            otherModel = ConformanceGateway.GptByAnthropic,
            completionModel = ConformanceGateway.Gpt,
            embeddingModel = ConformanceGateway.Embedding,
        });
        SdkRun.Of("npm", printed).Check(kind);
    }
}
