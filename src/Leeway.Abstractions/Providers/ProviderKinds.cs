using System.Collections.Frozen;

namespace Leeway;

/// <summary>Every kind of provider, as data. The first is the one that serves a model nobody declared and no prefix claims.</summary>
public static class ProviderKinds
{
    private static readonly KindTraits[] s_all =
    [
        new()
        {
            Name = "openai",
            PublicUrl = "https://api.openai.com/v1",
            KeyVariable = "OPENAI_API_KEY",
            UrlVariable = "OPENAI_BASE_URL",
            NeedsKey = true,
            IsImplied = true,
            BatchByDefault = true,
        },
        new()
        {
            Name = "openai-compatible",
        },
        new()
        {
            Name = "azure",
            ExampleUrl = "https://my-resource.openai.azure.com",
            KeyVariable = "AZURE_OPENAI_API_KEY",
            UrlVariable = "AZURE_OPENAI_ENDPOINT",
            NeedsKey = true,
            PricePrefix = "azure/",
        },
        new()
        {
            Name = "together",
            PublicUrl = "https://api.together.ai/v1",
            KeyVariable = "TOGETHER_API_KEY",
            UrlVariable = "TOGETHER_BASE_URL",
            NeedsKey = true,
            BatchByDefault = true,
            PricePrefix = "together_ai/",
        },
        new()
        {
            Name = "cloud-functions",
            ExampleUrl = "https://europe-west1-my-project.cloudfunctions.net/my-function/v1",
        },
        new()
        {
            Name = "container-instances",
            ExampleUrl = "http://my-container.westeurope.azurecontainer.io:8000/v1",
        },
        new()
        {
            Name = "anthropic",
            PublicUrl = "https://api.anthropic.com",
            KeyVariable = "ANTHROPIC_API_KEY",
            UrlVariable = "ANTHROPIC_BASE_URL",
            NeedsKey = true,
            IsImplied = true,
            BatchByDefault = true,
            ModelPrefixes = ["claude"],
        },
        new()
        {
            Name = "gemini",
            PublicUrl = "https://generativelanguage.googleapis.com",
            KeyVariable = "GEMINI_API_KEY",
            NeedsKey = true,
            IsImplied = true,
            BatchByDefault = true,
            ModelPrefixes = ["gemini"],
            PricePrefix = "gemini/",
        },
        new()
        {
            Name = "vertex",
            PublicUrl = "https://{region}-aiplatform.googleapis.com",
            NeedsRegion = true,
            NeedsProject = true,
            BatchByDefault = true,
            PricePrefix = "vertex_ai/",
        },
        new()
        {
            Name = "sagemaker",
            PublicUrl = "https://runtime.sagemaker.{region}.amazonaws.com",
            NeedsRegion = true,
        },
        new()
        {
            Name = "lambda",
            PublicUrl = "https://lambda.{region}.amazonaws.com",
            NeedsRegion = true,
        },
        new()
        {
            Name = "bedrock",
            PublicUrl = "https://bedrock-runtime.{region}.amazonaws.com",
            KeyVariable = "AWS_BEARER_TOKEN_BEDROCK",
            NeedsRegion = true,
            BatchByDefault = true,
        },
    ];

    private static readonly FrozenDictionary<string, KindTraits> s_byName = s_all.ToFrozenDictionary(traits => traits.Name, StringComparer.Ordinal);

    /// <summary>In the order in which they are offered.</summary>
    public static IReadOnlyList<KindTraits> All => s_all;

    /// <summary>The traits of a kind.</summary>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static KindTraits Of(string kind) =>
        s_byName.TryGetValue(kind, out KindTraits? traits) ? traits : throw new ArgumentException($"There is no kind of provider '{kind}'.", nameof(kind));
}
