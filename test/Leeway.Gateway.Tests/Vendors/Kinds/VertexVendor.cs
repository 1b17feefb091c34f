using System.Security.Cryptography;
using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Vendors.Kinds;

/// <summary>Vertex AI with a service account, whose tokens and bucket are the sandbox's too.</summary>
public sealed class VertexVendor : Vendor
{
    // The sandbox cannot check a signature, and making a key is slow.
    private static readonly Lazy<string> s_key = new(static () =>
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    });

    public override string Kind => "vertex";

    public override SandboxKind Sandbox => SandboxKind.Vertex;

    public override string Model => "gemini-2.5-flash";

    public override string Settings(Uri sandbox) => $"{Place(sandbox)}, credentials: {{ json: '{AccountOf(sandbox)}' }}";

    public override string WrongCredential(Uri sandbox) => $"{Place(sandbox)}, api_key: \"ya29.wrong\"";

    private static string Place(Uri sandbox) =>
        $"project: p1, region: us-central1, base_url: \"{sandbox}\", storage: {{ url: \"gs://bucket/leeway\", endpoint: \"{sandbox}\" }}";

    private static string AccountOf(Uri sandbox) => JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["type"] = "service_account",
        ["private_key"] = s_key.Value,
        ["client_email"] = "leeway@p1.iam.gserviceaccount.com",
        ["token_uri"] = new Uri(sandbox, "/token").AbsoluteUri,
    });
}
