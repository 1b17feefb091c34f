namespace Leeway.Sandbox;

/// <summary>Whose APIs a sandbox speaks; <see cref="SandboxVendors"/> describes each.</summary>
[Flags]
public enum SandboxKind
{
    /// <summary>Nobody's, as no sandbox is.</summary>
    None = 0,

    OpenAI = 1,

    Anthropic = 2,

    /// <summary>The Gemini API of Google AI Studio.</summary>
    Gemini = 4,

    /// <summary>Vertex AI, with the parts of Google Cloud it needs: Cloud Storage and tokens.</summary>
    Vertex = 8,

    /// <summary>Azure OpenAI, under both forms of its URLs.</summary>
    Azure = 64,

    Together = 128,

    /// <summary>Bedrock, SageMaker, Lambda and S3.</summary>
    Aws = 256,

    /// <summary>Google's functions, a server of one's own behind an identity token.</summary>
    CloudFunctions = 512,

    /// <summary>Azure's containers, a server of one's own over plain HTTP.</summary>
    ContainerInstances = 1024,

    /// <summary>Google Cloud Pub/Sub: topics and subscriptions.</summary>
    PubSub = 2048,

    /// <summary>All on one port. Where paths meet, as at <c>/v1/models</c>, headers tell.</summary>
    All = OpenAI | Anthropic | Gemini | Vertex | Azure | Together | Aws | CloudFunctions | ContainerInstances | PubSub,
}
