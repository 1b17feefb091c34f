using System.Security.Cryptography;
using System.Text.Json;

namespace Leeway.Tests.Adapters.Vertex;

/// <summary>A credentials file of Google's, whose tokens come from a server of the test's.</summary>
internal static class ServiceAccount
{
    // Nobody here can check a signature, and making a key is slow.
    private static readonly Lazy<string> s_key = new(static () =>
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    });

    public static string FileFor(Uri server) => JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["type"] = "service_account",
        ["project_id"] = "p1",
        ["private_key_id"] = "k1",
        ["private_key"] = s_key.Value,
        ["client_email"] = "leeway@p1.iam.gserviceaccount.com",
        ["token_uri"] = new Uri(server, "/token").AbsoluteUri,
    });
}
