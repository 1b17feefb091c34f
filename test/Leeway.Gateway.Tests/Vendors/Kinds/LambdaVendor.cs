using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Vendors.Kinds;

/// <summary>A function, whose tokens have no price of its own.</summary>
public sealed class LambdaVendor : Vendor
{
    public override string Kind => "lambda";

    public override SandboxKind Sandbox => SandboxKind.Aws;

    public override string Model => "hosted";

    public override string ModelDeployment => "price: { input: \"0\", output: \"0\" }";

    public override bool KnowsModels => false;

    public override bool BillsTokens => false;

    public override string Settings(Uri sandbox) => Settings(sandbox, "sandbox");

    public override string WrongCredential(Uri sandbox) => Settings(sandbox, "wrong-secret");

    private static string Settings(Uri sandbox, string secret) =>
        $"region: us-east-1, base_url: \"{sandbox}\", credentials: {{ access_key: sandbox, secret_key: {secret} }}";
}
