using System.Security.Cryptography;
using System.Text;

namespace Leeway.Gateway.Tests.Conformance;

/// <summary>An image of one pixel.</summary>
internal static class Pixel
{
    public const string Base64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    /// <summary>What the sandbox says of it in its answer.</summary>
    public static string Mark => $"image:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Base64)))[..16]}";
}
