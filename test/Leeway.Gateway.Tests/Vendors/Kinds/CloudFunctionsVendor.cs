using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Vendors.Kinds;

/// <summary>A function that asks for a key of its own: Google's tokens need Google.</summary>
public sealed class CloudFunctionsVendor : Vendor
{
    public override string Kind => "cloud-functions";

    public override SandboxKind Sandbox => SandboxKind.OpenAI;

    public override string Model => "gpt-4o-mini";

    public override string? EmbeddingModel => "text-embedding-3-small";

    public override string Settings(Uri sandbox) => $"api_key: \"sk-test\", base_url: \"{sandbox}v1\"";
}
