using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Leeway.Delivery;

/// <summary>The symmetric signature of Standard Webhooks 1.0: HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
public static class WebhookSignature
{
    /// <summary>How far a timestamp may be from the verifier's clock, either way; the reference libraries' figure.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";
    private const int SecretBytes = 32;

    /// <summary>A new secret: <c>whsec_</c> and base64 of 32 random bytes.</summary>
    public static string NewSecret(IRandomSource random)
    {
        Span<byte> key = stackalloc byte[SecretBytes];
        random.Fill(key);
        return SecretPrefix + Convert.ToBase64String(key);
    }

    /// <summary>Signs a body; the result is one entry of the <c>webhook-signature</c> header.</summary>
    /// <exception cref="FormatException">The secret is not <c>whsec_</c> and base64.</exception>
    public static string Sign(string secret, string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body) =>
        Version + Convert.ToBase64String(Mac(secret, id, timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), body));

    /// <summary>
    /// Whether one of the space-separated <paramref name="signatures"/> is right and the timestamp (Unix seconds) is within
    /// <see cref="Tolerance"/> of <paramref name="now"/>. Compares in constant time.
    /// </summary>
    /// <exception cref="FormatException">The secret is not <c>whsec_</c> and base64.</exception>
    public static bool Verify(string secret, string id, string timestamp, string signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Tolerance.TotalSeconds)
        {
            return false;
        }

        byte[] expected = Mac(secret, id, timestamp, body);
        bool right = false;
        foreach (string signature in signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] given = new byte[HMACSHA256.HashSizeInBytes];
            right |= signature.StartsWith(Version, StringComparison.Ordinal)
                && Convert.TryFromBase64String(signature[Version.Length..], given, out int length)
                && CryptographicOperations.FixedTimeEquals(given.AsSpan(0, length), expected);
        }

        return right;
    }

    /// <summary>A secret as vendors show it: <c>whsec_</c> and base64 as it stands, anything else as the key itself.</summary>
    /// <exception cref="FormatException">Behind <c>whsec_</c> stands no base64.</exception>
    public static string InStandardForm(string secret)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            return SecretPrefix + Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        }

        _ = Convert.FromBase64String(secret[SecretPrefix.Length..]);
        return secret;
    }

    private static byte[] Mac(string secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            throw new FormatException("A webhook secret begins with whsec_.");
        }

        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret[SecretPrefix.Length..]));
        mac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }
}
