using System.Buffers.Text;
using System.Text.Json;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Vertex;

/// <summary>
/// <c>POST /token</c> for a service account's signed JWT, and the metadata server's token. A JWT's claims are checked; its signature cannot be, as the sandbox
/// knows no account's key.
/// </summary>
internal static class TokenEndpoints
{
    public const string TokenPath = "/token";
    public const string MetadataPath = "/computeMetadata/v1/instance/service-accounts";

    private const string GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private const int MaxSeconds = 3600;

    private static readonly string[] s_audiences = ["https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v4/token"];

    public static void MapTokens(this IEndpointRouteBuilder routes, AccessTokens tokens)
    {
        routes.MapPost(TokenPath, (RequestDelegate)(context => GrantAsync(context, tokens)));
        routes.MapGet(MetadataPath + "/{account}/token", (RequestDelegate)(context => context.Request.Headers["Metadata-Flavor"] == "Google"
            ? WriteAsync(context, tokens)
            : context.WriteErrorAsync(new ApiError(403, "Missing required header Metadata-Flavor: Google."))));
    }

    private static async Task GrantAsync(HttpContext context, AccessTokens tokens)
    {
        if (!context.Request.HasFormContentType)
        {
            await RefuseAsync(context, "invalid_request", "The body must be application/x-www-form-urlencoded.");
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["grant_type"] != GrantType)
        {
            await RefuseAsync(context, "unsupported_grant_type", $"grant_type must be {GrantType}.");
            return;
        }

        var problem = Problem(form["assertion"].ToString(), $"{context.Request.Scheme}://{context.Request.Host}{TokenPath}");
        await (problem is null ? WriteAsync(context, tokens) : RefuseAsync(context, "invalid_grant", problem));
    }

    /// <summary>What is wrong with an assertion, or null.</summary>
    private static string? Problem(string assertion, string ownAudience)
    {
        var parts = assertion.Split('.');
        if (parts.Length != 3 || parts[2].Length == 0 || Decode(parts[0]) is not { } header || Decode(parts[1]) is not { } claims)
        {
            return "The assertion is not a signed JWT.";
        }

        if (header.FieldText("alg") != "RS256")
        {
            return "The assertion must be signed with RS256.";
        }

        if (claims.FieldText("iss") is not { Length: > 0 })
        {
            return "iss, the account's e-mail address, is missing.";
        }

        if (claims.FieldText("aud") is not { } audience || (audience != ownAudience && !s_audiences.Contains(audience)))
        {
            return $"aud '{claims.FieldText("aud")}' is not this token endpoint.";
        }

        if (claims.FieldText("scope") is not { Length: > 0 })
        {
            return "scope is missing.";
        }

        return Seconds(claims, "iat") is { } from && Seconds(claims, "exp") is { } to && to > from && to - from <= MaxSeconds
            ? null
            : $"exp must be after iat by at most {MaxSeconds} seconds.";
    }

    private static long? Seconds(JsonElement claims, string name) =>
        claims.HasField(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) ? seconds : null;

    private static JsonElement? Decode(string part)
    {
        try
        {
            var json = JsonElement.Parse(Base64Url.DecodeFromChars(part));
            return json.ValueKind == JsonValueKind.Object ? json : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    private static Task WriteAsync(HttpContext context, AccessTokens tokens) => context.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("access_token", tokens.Issue());
        json.WriteNumber("expires_in", AccessTokens.Seconds);
        json.WriteString("token_type", "Bearer");
        json.WriteEndObject();
    });

    private static Task RefuseAsync(HttpContext context, string error, string description) => context.WriteJsonAsync(
        json =>
        {
            json.WriteStartObject();
            json.WriteString("error", error);
            json.WriteString("error_description", description);
            json.WriteEndObject();
        },
        400);
}
