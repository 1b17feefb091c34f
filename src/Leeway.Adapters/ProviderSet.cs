using Leeway.Adapters.Anthropic;
using Leeway.Adapters.Azure;
using Leeway.Adapters.Bedrock;
using Leeway.Adapters.Gemini;
using Leeway.Adapters.Lambda;
using Leeway.Adapters.OpenAI;
using Leeway.Adapters.OpenAICompatible;
using Leeway.Adapters.SageMaker;
using Leeway.Adapters.Serverless;
using Leeway.Adapters.Together;
using Leeway.Adapters.Vertex;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters;

/// <summary>Every provider there is, so that the host composes them without a vendor's name.</summary>
public static class ProviderSet
{
    /// <summary>One provider per kind. Those with a batch API are <see cref="IBatchProvider"/> too, and all are <see cref="IDisposable"/>.</summary>
    public static IReadOnlyList<IProvider> CreateAll(TimeProvider clock, ILoggerFactory loggers) =>
    [
        new OpenAIProvider(clock, loggers.CreateLogger<OpenAIProvider>()),
        new OpenAICompatibleProvider(clock, loggers.CreateLogger<OpenAICompatibleProvider>()),
        new AzureProvider(clock, loggers.CreateLogger<AzureProvider>()),
        new TogetherProvider(clock, loggers.CreateLogger<TogetherProvider>()),
        new CloudFunctionsProvider(clock, loggers.CreateLogger<CloudFunctionsProvider>()),
        new ContainerInstancesProvider(clock, loggers.CreateLogger<ContainerInstancesProvider>()),
        new AnthropicProvider(clock, loggers.CreateLogger<AnthropicProvider>()),
        new GeminiProvider(clock, loggers.CreateLogger<GeminiProvider>()),
        new VertexProvider(clock, loggers.CreateLogger<VertexProvider>()),
        new SageMakerProvider(clock),
        new LambdaProvider(clock),
        new BedrockProvider(clock, loggers.CreateLogger<BedrockProvider>()),
    ];
}
