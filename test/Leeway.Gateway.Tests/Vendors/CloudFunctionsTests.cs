using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class CloudFunctionsTests
{
    public sealed class Text(VendorGateway<CloudFunctionsVendor> bench) : TextConformance<CloudFunctionsVendor>(bench);

    public sealed class Tool(VendorGateway<CloudFunctionsVendor> bench) : ToolConformance<CloudFunctionsVendor>(bench);

    public sealed class Stream(VendorGateway<CloudFunctionsVendor> bench) : StreamConformance<CloudFunctionsVendor>(bench);

    public sealed class Failure(VendorGateway<CloudFunctionsVendor> bench) : FailureConformance<CloudFunctionsVendor>(bench);

    public sealed class Embedding(VendorGateway<CloudFunctionsVendor> bench) : EmbeddingConformance<CloudFunctionsVendor>(bench);

    public sealed class Model(VendorGateway<CloudFunctionsVendor> bench) : ModelConformance<CloudFunctionsVendor>(bench);
}
