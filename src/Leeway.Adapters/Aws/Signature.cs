using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Leeway.Adapters.Aws;

/// <summary>
/// Signature version 4 of AWS: a request is put into one canonical text, and the text's hash is signed by a key made for one day, region
/// and service. Source: AWS, "Create a signed AWS API request".
/// </summary>
internal static class Signature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The hash of no content.</summary>
    public const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>The value of the <c>Authorization</c> header.</summary>
    /// <param name="text">What is signed.</param>
    /// <param name="credential">Who signs.</param>
    /// <param name="scope">What for.</param>
    public static string Authorize(CanonicalRequest text, AwsCredential credential, SigningScope scope) =>
        $"{Algorithm} Credential={credential.AccessKey}/{scope.Text}, SignedHeaders={text.SignedHeaders}, Signature={Sign(text, credential, scope)}";

    /// <summary>The signature alone, in lower-case hexadecimal.</summary>
    public static string Sign(CanonicalRequest text, AwsCredential credential, SigningScope scope)
    {
        string toSign = $"{Algorithm}\n{scope.Instant}\n{scope.Text}\n{Hash(Encoding.UTF8.GetBytes(text.Text))}";
        return Convert.ToHexStringLower(HMACSHA256.HashData(KeyOf(credential, scope), Encoding.UTF8.GetBytes(toSign)));
    }

    /// <summary>The key of a day, region and service.</summary>
    public static byte[] KeyOf(AwsCredential credential, SigningScope scope)
    {
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + credential.SecretKey);
        foreach (string part in (ReadOnlySpan<string>)[scope.Day, scope.Region, scope.Service, SigningScope.End])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return key;
    }

    /// <summary>SHA-256 in lower-case hexadecimal.</summary>
    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

/// <summary>What a signature is good for.</summary>
/// <param name="At">The instant that stands in <c>x-amz-date</c>.</param>
/// <param name="Region">E.g. <c>eu-central-1</c>.</param>
/// <param name="Service">The service's name for signing, e.g. <c>bedrock</c>.</param>
internal readonly record struct SigningScope(DateTimeOffset At, string Region, string Service)
{
    public const string End = "aws4_request";

    public string Instant => At.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    public string Day => At.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public string Text => $"{Day}/{Region}/{Service}/{End}";
}
