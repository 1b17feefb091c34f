using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Vendors.Kinds;

public sealed class BedrockVendor : Vendor
{
    public override string Kind => "bedrock";

    public override SandboxKind Sandbox => SandboxKind.Aws;

    public override string Model => "amazon.nova-lite-v1:0";

    public override string EmbeddingModel => "cohere.embed-english-v3";

    public override string EmbeddingDeployment => "price: { input: \"0.1\", output: \"0\" }";

    public override string Settings(Uri sandbox) => Settings(sandbox, "sandbox");

    public override string WrongCredential(Uri sandbox) => Settings(sandbox, "wrong-secret");

    private static string Settings(Uri sandbox, string secret) =>
        $"region: us-east-1, base_url: \"{sandbox}\", credentials: {{ access_key: sandbox, secret_key: {secret} }}, role: \"arn:aws:iam::123456789012:role/leeway\", storage: {{ url: \"s3://sandbox/leeway\", endpoint: \"{sandbox}\" }}";
}
