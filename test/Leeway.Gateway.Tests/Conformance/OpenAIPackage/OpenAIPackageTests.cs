using System.ClientModel;
using OpenAI;

namespace Leeway.Gateway.Tests.Conformance.OpenAIPackage;

/// <summary>The official NuGet client of OpenAI, unmodified but for base URL and key, over deployments of either kind.</summary>
[Collection(ConformanceCollection.Name)]
public sealed class OpenAIPackageTests(ConformanceGateway gateway)
{
    [Theory]
    [InlineData("openai", ConformanceGateway.Gpt)]
    [InlineData("anthropic", ConformanceGateway.GptByAnthropic)]
    public async Task OpenAI(string kind, string model)
    {
        var calls = new CallList("OpenAI", typeof(OpenAIClient).Assembly);
        OpenAIClient client = Client(gateway);
        await new ChatCalls(client.GetChatClient(model), calls).RunAsync();
        await new ResponseCalls(client.GetResponsesClient(), model, calls).RunAsync();
        await new ErrorCalls(gateway, kind, model, calls).RunAsync();
        if (kind == "openai")
        {
            await new OtherCalls(gateway, client, model, calls).RunAsync();
            await new FileCalls(client, model, calls).RunAsync();
        }

        calls.Run.Check(kind);
    }

    internal static OpenAIClient Client(ConformanceGateway gateway, string? key = null, string basePath = "/v1", int? maxRetries = null)
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri(gateway.Url, basePath), NetworkTimeout = TimeSpan.FromSeconds(30) };
        if (maxRetries is { } most)
        {
            options.RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(most);
        }

        return new OpenAIClient(new ApiKeyCredential(key ?? gateway.Key), options);
    }
}
