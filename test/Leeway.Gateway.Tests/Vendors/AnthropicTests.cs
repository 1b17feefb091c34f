using Leeway.Gateway.Tests.Vendors.Kinds;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>The cases of every capability that this kind has.</summary>
public static class AnthropicTests
{
    public sealed class Text(VendorGateway<AnthropicVendor> bench) : TextConformance<AnthropicVendor>(bench);

    public sealed class Tool(VendorGateway<AnthropicVendor> bench) : ToolConformance<AnthropicVendor>(bench);

    public sealed class Stream(VendorGateway<AnthropicVendor> bench) : StreamConformance<AnthropicVendor>(bench);

    public sealed class Failure(VendorGateway<AnthropicVendor> bench) : FailureConformance<AnthropicVendor>(bench);

    public sealed class Batch(VendorGateway<AnthropicVendor> bench) : BatchConformance<AnthropicVendor>(bench);

    public sealed class Model(VendorGateway<AnthropicVendor> bench) : ModelConformance<AnthropicVendor>(bench);

    public sealed class Expiry(VendorGateway<AnthropicVendor> bench) : ExpiryConformance<AnthropicVendor>(bench);
}
