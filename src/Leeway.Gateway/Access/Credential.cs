using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Leeway.Gateway.Access;

/// <summary>Reads the credential of a call: <c>Authorization: Bearer</c>, <c>x-api-key</c>, or the same in both. Never the query, which ends up in logs.</summary>
internal static class Credential
{
    private const string Scheme = "Bearer";

    /// <summary>Finds it.</summary>
    /// <param name="headers">Of the call.</param>
    /// <param name="header">The value of the header it stands in.</param>
    /// <param name="token">The credential within it, all of it.</param>
    /// <param name="problem">Why there is none, or none that is clear.</param>
    public static bool TryRead(IHeaderDictionary headers, out string header, out ReadOnlySpan<char> token, out Problem? problem)
    {
        StringValues authorization = headers.Authorization;
        StringValues apiKey = headers["x-api-key"];
        header = "";
        token = default;
        if (authorization.Count > 1 || apiKey.Count > 1)
        {
            problem = AccessProblems.Several(authorization.Count > 1 ? "Authorization" : "x-api-key");
            return false;
        }

        string? bearer = authorization;
        string? plain = apiKey;
        if (!string.IsNullOrEmpty(bearer))
        {
            header = bearer;
            if (!TryTakeScheme(bearer, out token))
            {
                problem = AccessProblems.NotBearer();
                return false;
            }
        }

        if (!string.IsNullOrEmpty(plain))
        {
            if (header.Length > 0 && !CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(token), MemoryMarshal.AsBytes(plain.AsSpan())))
            {
                problem = AccessProblems.Different();
                return false;
            }

            if (header.Length == 0)
            {
                header = plain;
                token = plain;
            }
        }

        problem = token.IsEmpty ? AccessProblems.Missing() : null;
        return problem is null;
    }

    private static bool TryTakeScheme(string value, out ReadOnlySpan<char> token)
    {
        token = value.AsSpan();
        if (!token.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || (token.Length > Scheme.Length && token[Scheme.Length] != ' '))
        {
            return false;
        }

        token = token[Scheme.Length..].Trim(' ');
        return true;
    }
}
