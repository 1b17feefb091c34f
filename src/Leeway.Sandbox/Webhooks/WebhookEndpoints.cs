using System.Text.Json;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Webhooks;

/// <summary><c>PUT /sandbox/webhook {"url","secret"}</c> sets the target and answers its secret, made up when left out; <c>GET</c> counts, <c>DELETE</c> removes it.</summary>
internal static class WebhookEndpoints
{
    private const string Path = "/sandbox/webhook";

    public static void MapWebhooks(this IEndpointRouteBuilder routes, SandboxWorld world)
    {
        routes.MapPut(Path, (RequestDelegate)(async context =>
        {
            using var body = await context.ReadJsonObjectAsync();
            if (body is null)
            {
                return;
            }

            var url = body.RootElement.StringOrNull("url");
            var secret = body.RootElement.StringOrNull("secret") ?? "whsec_" + Convert.ToBase64String(Convert.FromHexString(world.Ids.Next("") + world.Ids.Next("")));
            if (WebhookTarget.Problem(url, secret) is { } problem)
            {
                await context.WriteErrorAsync(new ApiError(400, $"Webhook: {problem}."));
                return;
            }

            // What had ended by now is history.
            await world.Batches.TakeEndedAsync(context.RequestAborted);
            world.Responses.TakeEnded();
            world.Webhooks.Set(new WebhookTarget(new Uri(url!), secret));
            world.WebhookLoop.Signal();
            await WriteAsync(context, world);
        }));
        routes.MapGet(Path, (RequestDelegate)(context => WriteAsync(context, world)));
        routes.MapDelete(Path, (RequestDelegate)(context =>
        {
            world.Webhooks.Set(null);
            return WriteAsync(context, world);
        }));
    }

    private static Task WriteAsync(HttpContext context, SandboxWorld world) => context.WriteJsonAsync(json =>
    {
        var (delivered, failed, pending) = world.Webhooks.Counts;
        json.WriteStartObject();
        json.WriteString("url", world.Webhooks.Target?.Url.AbsoluteUri);
        json.WriteString("secret", world.Webhooks.Target?.Secret);
        json.WriteNumber("delivered", delivered);
        json.WriteNumber("failed", failed);
        json.WriteNumber("pending", pending);
        json.WriteEndObject();
    });

    /// <summary>Wakes the loop once the answer to this call is out, so that its object is seen as made before it ends.</summary>
    public static void SignalAfter(HttpContext context, SandboxWorld world) => context.Response.OnCompleted(() =>
    {
        world.WebhookLoop.Signal();
        return Task.CompletedTask;
    });
}
