using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Access;

/// <summary>Callers while keys are off: nobody is checked, and the label only tells callers apart in the ledger.</summary>
internal static class OpenCallers
{
    private static readonly Principal s_anonymous = new("anonymous", Teams.Default);

    // Connections keep the strings of their headers, so the label of a credential in use is found here. Only weakly: none outlives its connections.
    private static readonly Known?[] s_known = new Known?[256];

    /// <summary><c>key_</c> and eight digits of the credential's SHA-256, or <c>anonymous</c>. The credential itself is neither kept nor sent on.</summary>
    public static Principal Of(IHeaderDictionary headers)
    {
        string? credential = headers.Authorization;
        if (string.IsNullOrEmpty(credential))
        {
            credential = headers["x-api-key"];
        }

        if (string.IsNullOrEmpty(credential))
        {
            return s_anonymous;
        }

        ref Known? slot = ref s_known[(uint)credential.GetHashCode() % (uint)s_known.Length];
        if (Volatile.Read(ref slot) is { } known && known.Credential.TryGetTarget(out string? other) && other == credential)
        {
            return known.Principal;
        }

        var principal = new Principal(Label(credential), Teams.Default);
        Volatile.Write(ref slot, new Known(new WeakReference<string>(credential), principal));
        return principal;
    }

    private static string Label(string credential)
    {
        // All of it counts: tokens of one issuer begin alike.
        string token = credential[(credential.LastIndexOf(' ') + 1)..];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        return $"key_{Convert.ToHexStringLower(hash[..4])}";
    }

    private sealed record Known(WeakReference<string> Credential, Principal Principal);
}
