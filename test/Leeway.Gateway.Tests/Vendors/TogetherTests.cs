using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class TogetherTests
{
    public sealed class Text(VendorGateway<TogetherVendor> bench) : TextConformance<TogetherVendor>(bench);

    public sealed class Tool(VendorGateway<TogetherVendor> bench) : ToolConformance<TogetherVendor>(bench);

    public sealed class Stream(VendorGateway<TogetherVendor> bench) : StreamConformance<TogetherVendor>(bench);

    public sealed class Failure(VendorGateway<TogetherVendor> bench) : FailureConformance<TogetherVendor>(bench);

    public sealed class Embedding(VendorGateway<TogetherVendor> bench) : EmbeddingConformance<TogetherVendor>(bench);

    public sealed class Batch(VendorGateway<TogetherVendor> bench) : BatchConformance<TogetherVendor>(bench);

    public sealed class Model(VendorGateway<TogetherVendor> bench) : ModelConformance<TogetherVendor>(bench);

    public sealed class Expiry(VendorGateway<TogetherVendor> bench) : ExpiryConformance<TogetherVendor>(bench);
}
