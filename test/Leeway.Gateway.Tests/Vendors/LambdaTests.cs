using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class LambdaTests
{
    public sealed class Text(VendorGateway<LambdaVendor> bench) : TextConformance<LambdaVendor>(bench);

    public sealed class Tool(VendorGateway<LambdaVendor> bench) : ToolConformance<LambdaVendor>(bench);

    public sealed class Stream(VendorGateway<LambdaVendor> bench) : StreamConformance<LambdaVendor>(bench);

    public sealed class Failure(VendorGateway<LambdaVendor> bench) : FailureConformance<LambdaVendor>(bench);

    public sealed class Credential(VendorGateway<LambdaVendor> bench) : CredentialConformance<LambdaVendor>(bench);
}
