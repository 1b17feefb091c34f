using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Vertex;

/// <summary><c>POST /token</c> for a service account's signed JWT, an access token or an identity token for its <c>target_audience</c>, and the metadata server's token.</summary>
internal static class TokenEndpoints
{
    public const string TokenPath = "/token";
    public const string MetadataPath = "/computeMetadata/v1/instance/service-accounts";

    private const string GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    public static void MapTokens(this IEndpointRouteBuilder routes, SandboxWorld world, AccessTokens tokens)
    {
        routes.MapPost(TokenPath, (RequestDelegate)(context => GrantAsync(context, world, tokens)));
        routes.MapGet(MetadataPath + "/{account}/token", (RequestDelegate)(context => context.Request.Headers["Metadata-Flavor"] == "Google"
            ? WriteAsync(context, tokens)
            : context.WriteErrorAsync(new ApiError(403, "Missing required header Metadata-Flavor: Google."))));
    }

    private static async Task GrantAsync(HttpContext context, SandboxWorld world, AccessTokens tokens)
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

        var assertion = form["assertion"].ToString();
        var problem = ServiceAccountJwt.ProblemOfAssertion(assertion, $"{context.Request.Scheme}://{context.Request.Host}{TokenPath}");
        await (problem is not null ? RefuseAsync(context, "invalid_grant", problem)
            : ServiceAccountJwt.TargetAudience(assertion) is { } audience ? WriteIdentityAsync(context, Jwt.Make("https://accounts.google.com", audience, "1", world.Clock.Now))
            : WriteAsync(context, tokens));
    }

    private static Task WriteIdentityAsync(HttpContext context, string token) => context.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("id_token", token);
        json.WriteEndObject();
    });

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
