using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class GeminiTests
{
    public sealed class Text(VendorGateway<GeminiVendor> bench) : TextConformance<GeminiVendor>(bench);

    public sealed class Tool(VendorGateway<GeminiVendor> bench) : ToolConformance<GeminiVendor>(bench);

    public sealed class Stream(VendorGateway<GeminiVendor> bench) : StreamConformance<GeminiVendor>(bench);

    public sealed class Failure(VendorGateway<GeminiVendor> bench) : FailureConformance<GeminiVendor>(bench);

    public sealed class Embedding(VendorGateway<GeminiVendor> bench) : EmbeddingConformance<GeminiVendor>(bench);

    public sealed class Batch(VendorGateway<GeminiVendor> bench) : BatchConformance<GeminiVendor>(bench);

    public sealed class Model(VendorGateway<GeminiVendor> bench) : ModelConformance<GeminiVendor>(bench);

    public sealed class Expiry(VendorGateway<GeminiVendor> bench) : ExpiryConformance<GeminiVendor>(bench);
}
