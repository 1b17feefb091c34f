using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Serverless;

/// <summary>A platform that runs a server of OpenAI's chat when a call comes, and takes it down when none does. A call waits while it starts.</summary>
/// <param name="root">Before the name: <c>/functions</c>.</param>
internal abstract class ServerlessVendor(SandboxWorld world, string root) : Vendor(world)
{
    /// <summary>Type of the errors the platform writes, the server being down.</summary>
    protected const string Platform = "platform";

    // Assumed: a small image with a small model.
    private static readonly TimeSpan s_coldStart = TimeSpan.FromSeconds(4);

    private readonly Instances _instances = new(
        world.Clock,
        world.Options.ColdStart ?? (TurnaroundLaw.Parse(world.Options.Law).IsInstant ? TimeSpan.Zero : s_coldStart),
        world.Options.IdleAfter);

    public override void Map(IEndpointRouteBuilder routes)
    {
        var answering = World.RealTimeContext with { Dialect = new HostedDialect(Kind) };
        foreach (var name in (ReadOnlySpan<string>)["chat/completions", "completions"])
        {
            routes.MapRealTime(World, $"{root}/{{name}}/v1/{name}", $"/v1/{name}", _ => answering);
        }

        routes.MapGet($"/sandbox{root}", (RequestDelegate)(context => context.WriteJsonAsync(Write)));
    }

    public override bool Owns(HttpRequest request) => request.Path.StartsWithSegments(root);

    public override bool IsRealTime(PathString path) => path.Value!.EndsWith("/completions", StringComparison.Ordinal);

    /// <summary>The platform's own are no JSON.</summary>
    public override async Task WriteErrorAsync(HttpContext context, ApiError error)
    {
        if (error.Type != Platform)
        {
            await base.WriteErrorAsync(context, error);
            return;
        }

        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "text/html; charset=utf-8";
        if (error.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsync($"<html><head><title>{error.Status}</title></head><body><h1>Error</h1><h2>{error.Message}</h2></body></html>", context.RequestAborted);
    }

    public override void WriteError(Utf8JsonWriter json, ApiError error, string? requestId) => OpenAIVendor.Write(json, error);

    public override ApiError RateLimited() => new(429, "Rate exceeded.", Platform);

    public override ApiError QuotaSpent() => new(429, "Quota exceeded.", Platform);

    public override async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.RouteValues["name"] is not string name)
        {
            await next(context);
            return;
        }

        var (readyAt, isStarting) = _instances.Enter(name);
        try
        {
            if (isStarting && World.Faults.Strikes(FaultKind.ColdRefused))
            {
                await context.WriteErrorAsync(Starting());
                return;
            }

            using var leaving = World.LinkToShutdown(context.RequestAborted);
            await World.Clock.UntilAsync(readyAt, leaving.Token);
            await next(context);
        }
        finally
        {
            _instances.Leave(name);
        }
    }

    public override void Clear() => _instances.Clear();

    /// <summary>The refusal while the instance starts, by a fault.</summary>
    protected abstract ApiError Starting();

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var use in _instances.Read())
        {
            json.WriteStartObject(use.Name);
            json.WriteNumber("calls", use.Calls);
            json.WriteNumber("starts", use.Starts);
            json.WriteNumber("up_seconds", use.UpFor.TotalSeconds);
            json.WriteBoolean("up", use.IsUp);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
