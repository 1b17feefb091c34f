using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Azure;
using Leeway.Sandbox.PubSub;
using Leeway.Sandbox.Serverless;
using Leeway.Sandbox.Together;
using Leeway.Sandbox.Vendors;

namespace Leeway.Sandbox;

/// <summary>Every vendor there is, the one table of them. Where the paths of two meet, the later is asked first whether a request is its own.</summary>
public static class SandboxVendors
{
    /// <summary>What stands for all of them.</summary>
    public const string AllName = "all";

    public static IReadOnlyList<SandboxVendor> All { get; } =
    [
        new(SandboxKind.OpenAI, "openai", "OpenAI", "/v1", "chat completions, completions, responses, embeddings, models, files, batches", world => new OpenAIVendor(world)),
        new(SandboxKind.Anthropic, "anthropic", "Anthropic", "", "messages, token counts, models, message batches", world => new AnthropicVendor(world)),
        new(SandboxKind.Gemini, "gemini", "Gemini API", "", "generateContent, embeddings, token counts, models, files, batches", world => new GeminiVendor(world)),
        new(SandboxKind.Vertex, "vertex", "Vertex AI", "", "generateContent, Claude's rawPredict, batch prediction jobs, Cloud Storage, tokens", world => new VertexVendor(world)),
        new(SandboxKind.Azure, "azure", "Azure OpenAI", "/openai/v1", "chat completions, completions, responses, embeddings, models, files, batches; also at /openai/… with api-version; tokens of Entra", world => new AzureVendor(world)),
        new(SandboxKind.Aws, "aws", "AWS", "",
            "Bedrock Converse, InvokeModel and model invocation jobs, SageMaker endpoints, Lambda functions, S3 in path style; access key and secret are sandbox", world => new AwsVendor(world)),
        new(SandboxKind.Together, "together", "Together", "/together/v1", "chat completions, completions, models, files, batches; at /v1 when it is the only one", world => new TogetherVendor(world)),
        new(SandboxKind.CloudFunctions, "cloud-functions", "Cloud Functions", "/functions/{name}/v1", "chat completions, completions, with an identity token of /computeMetadata/…/identity; starts cold", world => new CloudFunctionsVendor(world)),
        new(SandboxKind.ContainerInstances, "container-instances", "Container Instances", "/containers/{name}/v1", "chat completions, completions; starts cold", world => new ContainerInstancesVendor(world)),
        new(SandboxKind.PubSub, "pubsub", "Pub/Sub", "", "topics and subscriptions: publish, pull, acknowledge, acknowledgement deadlines, dead letters; no order is kept", world => new PubSubVendor(world)),
    ];

    /// <summary>Reads <c>all</c>, a name, or several with commas between.</summary>
    /// <param name="unknown">The first name that is none.</param>
    public static bool TryParse(string text, out SandboxKind kind, out string? unknown)
    {
        ArgumentNullException.ThrowIfNull(text);
        kind = SandboxKind.None;
        unknown = null;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var found = name == AllName ? SandboxKind.All : All.FirstOrDefault(vendor => vendor.Name == name)?.Kind;
            if (found is not { } known)
            {
                unknown = name;
                return false;
            }

            kind |= known;
        }

        return true;
    }
}
