using System.Security.Cryptography;
using System.Text;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Access;

/// <summary>
/// Lets the operator in on the admin listener: anybody on this machine while there is no <c>server.admin_token</c>, else who sends it. A
/// listener that other machines can reach serves nobody without one, also when a reload takes it away.
/// </summary>
internal sealed class AdminGate(bool exposed, IConfigSource config)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Secret? token = config.Current.Server.AdminToken;

        // Whoever runs the process asks whether it lives, without its secrets.
        return (token is null && !exposed) || context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
            ? next(context)
            : AdmitAsync(context, next, token);
    }

    private static Task AdmitAsync(HttpContext context, RequestDelegate next, Secret? token)
    {
        if (!Credential.TryRead(context.Request.Headers, out _, out ReadOnlySpan<char> sent, out Problem? problem) && problem!.Code == "ambiguous_credentials")
        {
            return ProblemWriter.WriteAsync(context, problem);
        }

        if (token is not null && problem is null && Same(sent, token))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"leeway-admin\"";
        return ProblemWriter.WriteAsync(context, AccessProblems.NotOperator());
    }

    // Digests, so that the time says nothing of the length either.
    private static bool Same(ReadOnlySpan<char> sent, Secret token)
    {
        Span<byte> one = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> other = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(sent.ToString()), one);
        SHA256.HashData(Encoding.UTF8.GetBytes(token.Reveal()), other);
        return CryptographicOperations.FixedTimeEquals(one, other);
    }
}
