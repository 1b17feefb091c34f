using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class AzureTests
{
    public sealed class Text(VendorGateway<AzureVendor> bench) : TextConformance<AzureVendor>(bench);

    public sealed class Tool(VendorGateway<AzureVendor> bench) : ToolConformance<AzureVendor>(bench);

    public sealed class Stream(VendorGateway<AzureVendor> bench) : StreamConformance<AzureVendor>(bench);

    public sealed class Failure(VendorGateway<AzureVendor> bench) : FailureConformance<AzureVendor>(bench);

    public sealed class Embedding(VendorGateway<AzureVendor> bench) : EmbeddingConformance<AzureVendor>(bench);

    public sealed class Batch(VendorGateway<AzureVendor> bench) : BatchConformance<AzureVendor>(bench);

    public sealed class Model(VendorGateway<AzureVendor> bench) : ModelConformance<AzureVendor>(bench);
}
