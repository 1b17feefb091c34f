using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Vendors.Kinds;

public sealed class GeminiVendor : Vendor
{
    public override string Kind => "gemini";

    public override SandboxKind Sandbox => SandboxKind.Gemini;

    public override string Model => "gemini-2.5-flash";

    public override string? EmbeddingModel => "gemini-embedding-001";

    public override string EmbeddingDeployment => "price: { input: \"0.15\", output: \"0\" }";

    public override string Settings(Uri sandbox) => $"api_key: \"google-key\", base_url: \"{sandbox}\"";
}
