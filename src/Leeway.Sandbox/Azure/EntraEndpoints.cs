using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Azure;

/// <summary>Where tokens come from: Entra's client credentials under any tenant, and the metadata service a virtual machine asks for its identity.</summary>
internal static class EntraEndpoints
{
    public const string MetadataPath = "/metadata/identity/oauth2/token";

    private const string TokenPath = "/{tenant}/oauth2/v2.0/token";
    private const string DefaultScope = "/.default";

    public static bool Owns(PathString path) =>
        path == MetadataPath || (path.Value is { } text && (text.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal) || text.EndsWith("/v2.0/.well-known/openid-configuration", StringComparison.Ordinal)));

    public static void MapEntra(this IEndpointRouteBuilder routes, SandboxWorld world)
    {
        routes.MapPost(TokenPath, (RequestDelegate)(context => GiveAsync(context, world)));
        routes.MapGet("/{tenant}/v2.0/.well-known/openid-configuration", (RequestDelegate)DescribeAsync);
        routes.MapGet(MetadataPath, (RequestDelegate)(context => GiveToMachineAsync(context, world)));
    }

    private static async Task GiveAsync(HttpContext context, SandboxWorld world)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        var scope = form["scope"].ToString().Split(' ').FirstOrDefault(one => one.EndsWith(DefaultScope, StringComparison.Ordinal));
        var missing = form["client_id"].Count == 0 ? "client_id" : scope is null ? "scope" : null;
        if (form["grant_type"] != "client_credentials" || missing is not null)
        {
            await RefuseAsync(context, 400, form["grant_type"] == "client_credentials" ? "invalid_request" : "unsupported_grant_type",
                missing is null ? "AADSTS70003: the grant type is not supported." : $"AADSTS900144: the request body must contain '{missing}', with a scope that ends in /.default.");
            return;
        }

        if (form["client_secret"].ToString().Length == 0 && form["client_assertion"].ToString().Length == 0)
        {
            await RefuseAsync(context, 401, "invalid_client", "AADSTS7000216: 'client_assertion' or 'client_secret' is required.");
            return;
        }

        var tenant = (string)context.Request.RouteValues["tenant"]!;
        var token = TokenOf(world, tenant, scope![..^DefaultScope.Length], form["client_id"].ToString());
        await context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("token_type", "Bearer");
            json.WriteNumber("expires_in", (int)Jwt.Lifetime.TotalSeconds - 1);
            json.WriteNumber("ext_expires_in", (int)Jwt.Lifetime.TotalSeconds - 1);
            json.WriteString("access_token", token);
            json.WriteEndObject();
        });
    }

    private static Task GiveToMachineAsync(HttpContext context, SandboxWorld world)
    {
        var resource = context.Request.Query["resource"].ToString();
        if (context.Request.Headers["Metadata"] != "true" || resource.Length == 0)
        {
            return RefuseAsync(context, 400, "invalid_request", "The header Metadata: true and the query's resource are required.");
        }

        var expires = world.Clock.Now + Jwt.Lifetime;
        return context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("access_token", TokenOf(world, "sandbox", resource, "sandbox-machine"));
            json.WriteString("expires_in", ((int)Jwt.Lifetime.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            json.WriteString("expires_on", expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            json.WriteString("resource", resource);
            json.WriteString("token_type", "Bearer");
            json.WriteEndObject();
        });
    }

    private static string TokenOf(SandboxWorld world, string tenant, string audience, string client) => Jwt.Make(
        $"https://sts.windows.net/{tenant}/", audience.TrimEnd('/'), client, world.Clock.Now, new Dictionary<string, string> { ["tid"] = tenant, ["appid"] = client });

    private static Task DescribeAsync(HttpContext context)
    {
        var root = $"{context.Request.Scheme}://{context.Request.Host}/{context.Request.RouteValues["tenant"]}";
        return context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("token_endpoint", root + "/oauth2/v2.0/token");
            json.WriteString("authorization_endpoint", root + "/oauth2/v2.0/authorize");
            json.WriteString("issuer", root + "/v2.0");
            json.WriteEndObject();
        });
    }

    private static Task RefuseAsync(HttpContext context, int status, string error, string description) => context.WriteJsonAsync(
        json =>
        {
            json.WriteStartObject();
            json.WriteString("error", error);
            json.WriteString("error_description", description);
            json.WriteEndObject();
        },
        status);
}
