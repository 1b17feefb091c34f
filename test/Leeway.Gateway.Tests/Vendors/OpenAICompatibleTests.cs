using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class OpenAICompatibleTests
{
    public sealed class Text(VendorGateway<OpenAICompatibleVendor> bench) : TextConformance<OpenAICompatibleVendor>(bench);

    public sealed class Tool(VendorGateway<OpenAICompatibleVendor> bench) : ToolConformance<OpenAICompatibleVendor>(bench);

    public sealed class Stream(VendorGateway<OpenAICompatibleVendor> bench) : StreamConformance<OpenAICompatibleVendor>(bench);

    public sealed class Failure(VendorGateway<OpenAICompatibleVendor> bench) : FailureConformance<OpenAICompatibleVendor>(bench);

    public sealed class Embedding(VendorGateway<OpenAICompatibleVendor> bench) : EmbeddingConformance<OpenAICompatibleVendor>(bench);

    public sealed class Batch(VendorGateway<OpenAICompatibleVendor> bench) : BatchConformance<OpenAICompatibleVendor>(bench);

    public sealed class Model(VendorGateway<OpenAICompatibleVendor> bench) : ModelConformance<OpenAICompatibleVendor>(bench);

    public sealed class Expiry(VendorGateway<OpenAICompatibleVendor> bench) : ExpiryConformance<OpenAICompatibleVendor>(bench);
}
