using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Vendors.Kinds;

/// <summary>A server that resembles OpenAI's, batches included.</summary>
public sealed class OpenAICompatibleVendor : Vendor
{
    public override string Kind => "openai-compatible";

    public override SandboxKind Sandbox => SandboxKind.OpenAI;

    public override string Model => "gpt-4o-mini";

    public override string? EmbeddingModel => "text-embedding-3-small";

    public override string Settings(Uri sandbox) => $"api_key: \"sk-test\", base_url: \"{sandbox}v1\", batch: {{ enabled: true }}";
}
