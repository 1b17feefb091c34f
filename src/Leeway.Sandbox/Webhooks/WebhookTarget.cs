using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Leeway.Sandbox.Webhooks;

/// <summary>Where a project's events go, and the secret they are signed with.</summary>
/// <param name="Secret"><c>whsec_</c> and base64 of the key; anything else is the key itself.</param>
internal sealed record WebhookTarget(Uri Url, string Secret)
{
    private const string Prefix = "whsec_";

    private readonly byte[] _key = KeyOf(Secret) ?? [];

    /// <summary>What is wrong with the two, or null.</summary>
    public static string? Problem(string? url, string secret) =>
        !Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != "http" && uri.Scheme != "https") ? $"url '{url}' is not an absolute http or https address"
        : KeyOf(secret) is not { Length: > 0 } ? "secret is neither whsec_ and base64, nor plain text"
        : null;

    /// <summary>The signature of Standard Webhooks: HMAC-SHA256 over id, time and body.</summary>
    public string Sign(string id, long timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}"))));

    private static byte[]? KeyOf(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(secret);
        }

        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) ? key[..length] : null;
    }
}
