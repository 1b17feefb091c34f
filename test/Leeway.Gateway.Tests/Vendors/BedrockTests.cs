using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class BedrockTests
{
    public sealed class Text(VendorGateway<BedrockVendor> bench) : TextConformance<BedrockVendor>(bench);

    public sealed class Tool(VendorGateway<BedrockVendor> bench) : ToolConformance<BedrockVendor>(bench);

    public sealed class Stream(VendorGateway<BedrockVendor> bench) : StreamConformance<BedrockVendor>(bench);

    public sealed class Embedding(VendorGateway<BedrockVendor> bench) : EmbeddingConformance<BedrockVendor>(bench);

    public sealed class Failure(VendorGateway<BedrockVendor> bench) : FailureConformance<BedrockVendor>(bench);

    public sealed class Batch(VendorGateway<BedrockVendor> bench) : BatchConformance<BedrockVendor>(bench);

    public sealed class Credential(VendorGateway<BedrockVendor> bench) : CredentialConformance<BedrockVendor>(bench);

    public sealed class Model(VendorGateway<BedrockVendor> bench) : ModelConformance<BedrockVendor>(bench);

    public sealed class Expiry(VendorGateway<BedrockVendor> bench) : ExpiryConformance<BedrockVendor>(bench);
}
