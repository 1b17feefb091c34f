using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class OpenAITests
{
    public sealed class Text(VendorGateway<OpenAIVendor> bench) : TextConformance<OpenAIVendor>(bench);

    public sealed class Tool(VendorGateway<OpenAIVendor> bench) : ToolConformance<OpenAIVendor>(bench);

    public sealed class Stream(VendorGateway<OpenAIVendor> bench) : StreamConformance<OpenAIVendor>(bench);

    public sealed class Failure(VendorGateway<OpenAIVendor> bench) : FailureConformance<OpenAIVendor>(bench);

    public sealed class Embedding(VendorGateway<OpenAIVendor> bench) : EmbeddingConformance<OpenAIVendor>(bench);

    public sealed class Batch(VendorGateway<OpenAIVendor> bench) : BatchConformance<OpenAIVendor>(bench);

    public sealed class Model(VendorGateway<OpenAIVendor> bench) : ModelConformance<OpenAIVendor>(bench);

    public sealed class Expiry(VendorGateway<OpenAIVendor> bench) : ExpiryConformance<OpenAIVendor>(bench);
}
