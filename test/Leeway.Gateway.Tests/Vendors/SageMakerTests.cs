using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class SageMakerTests
{
    public sealed class Text(VendorGateway<SageMakerVendor> bench) : TextConformance<SageMakerVendor>(bench);

    public sealed class Tool(VendorGateway<SageMakerVendor> bench) : ToolConformance<SageMakerVendor>(bench);

    public sealed class Stream(VendorGateway<SageMakerVendor> bench) : StreamConformance<SageMakerVendor>(bench);

    public sealed class Failure(VendorGateway<SageMakerVendor> bench) : FailureConformance<SageMakerVendor>(bench);

    public sealed class Credential(VendorGateway<SageMakerVendor> bench) : CredentialConformance<SageMakerVendor>(bench);
}
