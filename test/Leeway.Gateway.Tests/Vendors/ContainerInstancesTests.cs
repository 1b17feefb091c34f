using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class ContainerInstancesTests
{
    public sealed class Text(VendorGateway<ContainerInstancesVendor> bench) : TextConformance<ContainerInstancesVendor>(bench);

    public sealed class Tool(VendorGateway<ContainerInstancesVendor> bench) : ToolConformance<ContainerInstancesVendor>(bench);

    public sealed class Stream(VendorGateway<ContainerInstancesVendor> bench) : StreamConformance<ContainerInstancesVendor>(bench);

    public sealed class Failure(VendorGateway<ContainerInstancesVendor> bench) : FailureConformance<ContainerInstancesVendor>(bench);

    public sealed class Embedding(VendorGateway<ContainerInstancesVendor> bench) : EmbeddingConformance<ContainerInstancesVendor>(bench);

    public sealed class Model(VendorGateway<ContainerInstancesVendor> bench) : ModelConformance<ContainerInstancesVendor>(bench);
}
