using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Serverless;

/// <summary>Functions behind Google's front: it wants an identity token for the function's address (or the host's), and the metadata service gives one.</summary>
internal sealed class CloudFunctionsVendor(SandboxWorld world) : ServerlessVendor(world, Root)
{
    private const string Root = "/functions";
    private const string IdentityPath = "/computeMetadata/v1/instance/service-accounts/default/identity";
    private const string Account = "sandbox@sandbox.iam.gserviceaccount.com";
    private const string Flavor = "Metadata-Flavor";

    public override SandboxKind Kind => SandboxKind.CloudFunctions;

    public override void Map(IEndpointRouteBuilder routes)
    {
        base.Map(routes);
        routes.MapGet(IdentityPath, (RequestDelegate)GiveTokenAsync);
    }

    public override bool Owns(HttpRequest request) => base.Owns(request) || request.Path == IdentityPath;

    public override ApiError? Refusal(HttpRequest request)
    {
        if (request.Path == IdentityPath)
        {
            return null;
        }

        var origin = $"{request.Scheme}://{request.Host}";
        var name = request.Path.Value!.Split('/') is [_, _, var function, ..] ? function : "";
        return BearerOf(request) is not { } token ? new ApiError(403, "Your client does not have permission to get this URL.", Platform)
            : Jwt.Problem(token, World.Clock.Now, origin, $"{origin}{Root}/{name}") is { } problem
                ? new ApiError(401, $"Your client does not have permission to the requested URL: {problem}.", Platform)
            : null;
    }

    /// <summary>Status assumed.</summary>
    protected override ApiError Starting() => new(429, "The request was aborted because there was no available instance.", Platform) { RetryAfter = 1 };

    /// <summary>As a machine's metadata service gives it: a token as text.</summary>
    private async Task GiveTokenAsync(HttpContext context)
    {
        var audience = context.Request.Query["audience"].ToString();
        var known = context.Request.Headers[Flavor] == "Google";
        context.Response.Headers[Flavor] = "Google";
        context.Response.ContentType = "text/html";
        context.Response.StatusCode = !known ? 403 : audience.Length == 0 ? 400 : 200;
        await context.Response.WriteAsync(
            !known ? $"Missing {Flavor}:Google header."
                : audience.Length == 0 ? "non-empty audience parameter required"
                : Jwt.Make("https://accounts.google.com", audience, "1", World.Clock.Now, new Dictionary<string, string> { ["email"] = Account }),
            context.RequestAborted);
    }
}
