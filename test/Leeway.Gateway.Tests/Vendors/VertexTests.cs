using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class VertexTests
{
    public sealed class Text(VendorGateway<VertexVendor> bench) : TextConformance<VertexVendor>(bench);

    public sealed class Tool(VendorGateway<VertexVendor> bench) : ToolConformance<VertexVendor>(bench);

    public sealed class Stream(VendorGateway<VertexVendor> bench) : StreamConformance<VertexVendor>(bench);

    public sealed class Failure(VendorGateway<VertexVendor> bench) : FailureConformance<VertexVendor>(bench);

    public sealed class Batch(VendorGateway<VertexVendor> bench) : BatchConformance<VertexVendor>(bench);

    public sealed class Credential(VendorGateway<VertexVendor> bench) : CredentialConformance<VertexVendor>(bench);

    public sealed class Model(VendorGateway<VertexVendor> bench) : ModelConformance<VertexVendor>(bench);

    public sealed class Expiry(VendorGateway<VertexVendor> bench) : ExpiryConformance<VertexVendor>(bench);
}
