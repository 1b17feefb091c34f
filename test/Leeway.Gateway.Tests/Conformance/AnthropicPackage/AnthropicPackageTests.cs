using Anthropic;
using Anthropic.Core;

namespace Leeway.Gateway.Tests.Conformance.AnthropicPackage;

/// <summary>The official NuGet client of Anthropic, unmodified but for base URL and key, over deployments of either kind.</summary>
[Collection(ConformanceCollection.Name)]
public sealed class AnthropicPackageTests(ConformanceGateway gateway)
{
    [Theory]
    [InlineData("anthropic", ConformanceGateway.Claude)]
    [InlineData("openai", ConformanceGateway.ClaudeByOpenAI)]
    public async Task Anthropic(string kind, string model)
    {
        var calls = new CallList("Anthropic", typeof(AnthropicClient).Assembly);
        using AnthropicClient client = Client(gateway);
        await new MessageCalls(client, model, calls).RunAsync();
        await new ErrorCalls(gateway, kind, model, calls).RunAsync();
        if (kind == "anthropic")
        {
            await new DeferredCalls(gateway, model, calls).RunAsync();
            await new BatchCalls(client, gateway.Url, model, calls).RunAsync();
        }

        calls.Run.Check(kind);
    }

    internal static AnthropicClient Client(ConformanceGateway gateway, string? key = null, string basePath = "/", int maxRetries = 2) => new(new ClientOptions
    {
        BaseUrl = new Uri(gateway.Url, basePath).ToString(),
        ApiKey = key ?? gateway.Key,
        MaxRetries = maxRetries,
        Timeout = TimeSpan.FromSeconds(30),
    });
}
