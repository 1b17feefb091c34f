using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Who asks. Until keys are checked, the label only tells callers apart in the ledger.</summary>
internal static class Caller
{
    /// <summary><c>key_</c> and eight digits of the credential's SHA-256, or <c>anonymous</c>. The credential itself is neither kept nor sent on.</summary>
    public static string LabelOf(HttpRequest request)
    {
        string? credential = request.Headers.Authorization;
        if (string.IsNullOrEmpty(credential))
        {
            credential = request.Headers["x-api-key"];
        }

        if (string.IsNullOrEmpty(credential))
        {
            return "anonymous";
        }

        int space = credential.LastIndexOf(' ');
        Span<byte> bytes = stackalloc byte[256];
        ReadOnlySpan<char> token = credential.AsSpan(space + 1);
        token = token.Length > 64 ? token[..64] : token;
        int length = Encoding.UTF8.GetBytes(token, bytes);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        return $"key_{Convert.ToHexStringLower(hash[..4])}";
    }
}
