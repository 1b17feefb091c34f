using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Vendors.Kinds;

/// <summary>One of the two models that cost less in a batch.</summary>
public sealed class TogetherVendor : Vendor
{
    public override string Kind => "together";

    public override SandboxKind Sandbox => SandboxKind.Together;

    public override string Model => "meta-llama/Llama-3.3-70B-Instruct-Turbo";

    public override string? EmbeddingModel => "intfloat/multilingual-e5-large-instruct";

    // Assumed: the catalogue has no price of it.
    public override string EmbeddingDeployment => "price: { input: \"0.02\", output: \"0\" }";

    public override string Settings(Uri sandbox) => $"api_key: \"together-key\", base_url: \"{sandbox}v1\"";
}
