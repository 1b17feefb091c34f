using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Vendors.Kinds;

public sealed class AnthropicVendor : Vendor
{
    public override string Kind => "anthropic";

    public override SandboxKind Sandbox => SandboxKind.Anthropic;

    public override string Model => "claude-haiku-4-5";

    public override string Settings(Uri sandbox) => $"api_key: \"sk-ant-test\", base_url: \"{sandbox}\"";
}
