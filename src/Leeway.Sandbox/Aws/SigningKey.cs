using System.Security.Cryptography;
using System.Text;

namespace Leeway.Sandbox.Aws;

/// <summary>The key of one day, region and service.</summary>
internal sealed class SigningKey
{
    private readonly byte[] _key;

    public SigningKey(string secret, Signature signature)
    {
        var key = Hash(Encoding.UTF8.GetBytes("AWS4" + secret), signature.Date);
        key = Hash(Hash(key, signature.Region), signature.Service);
        _key = Hash(key, "aws4_request");
    }

    public string Sign(string text) => Convert.ToHexStringLower(Hash(_key, text));

    private static byte[] Hash(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
