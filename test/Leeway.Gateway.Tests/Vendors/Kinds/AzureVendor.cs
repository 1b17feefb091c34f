using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Vendors.Kinds;

/// <summary>Deployments of the newer form of address; batches run on one that is made for them.</summary>
public sealed class AzureVendor : Vendor
{
    public override string Kind => "azure";

    public override SandboxKind Sandbox => SandboxKind.Azure;

    public override string Model => "gpt-4o-mini";

    public override string? EmbeddingModel => "text-embedding-3-small";

    public override string? BatchModel => "gpt-4o-mini-batch";

    public override string Settings(Uri sandbox) => $"api_key: \"key-test\", base_url: \"{sandbox}\"";
}
