using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Webhooks;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Batches;

internal static class BatchEndpoints
{
    public static void MapBatches(this IEndpointRouteBuilder routes, SandboxWorld world)
    {
        routes.MapPost("/v1/batches", (RequestDelegate)(context => CreateAsync(context, world)));
        routes.MapGet("/v1/batches", (RequestDelegate)(context => ListAsync(context, world)));
        routes.MapGet("/v1/batches/{id}", (RequestDelegate)(context => WithBatchAsync(context, world, async batch =>
        {
            await world.Batches.AdvanceAsync(batch, context.RequestAborted);
            await WriteAsync(context, world, batch);
        })));
        routes.MapPost("/v1/batches/{id}/cancel", (RequestDelegate)(context => WithBatchAsync(context, world, async batch =>
        {
            if (await world.Batches.CancelAsync(batch, context.RequestAborted))
            {
                WebhookEndpoints.SignalAfter(context, world);
                await WriteAsync(context, world, batch);
                return;
            }

            // Assumed: a conflict, and one that a client must not retry.
            context.Response.Headers["x-should-retry"] = "false";
            await context.WriteErrorAsync(new ApiError(409, $"Cannot cancel a batch with status '{batch.StatusAt(world.Clock.Now)}'."));
        })));
    }

    private static async Task CreateAsync(HttpContext context, SandboxWorld world)
    {
        using var body = await context.ReadJsonObjectAsync();
        if (body is null)
        {
            return;
        }

        var (request, error) = BatchRequest.Read(body.RootElement);
        if (request is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        if (world.Faults.Strikes(FaultKind.CreateLostBefore))
        {
            context.Abort();
            return;
        }

        WebhookEndpoints.SignalAfter(context, world);
        var batch = world.Batches.Create(request);
        if (batch.AnswerIsLost)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, world, batch);
    }

    private static async Task ListAsync(HttpContext context, SandboxWorld world)
    {
        var (page, error) = Page<SandboxBatch>.Cut(context.Request, world.Batches.Listed(), batch => batch.Id, 20, 100);
        if (page is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        foreach (var batch in page.Objects)
        {
            await world.Batches.AdvanceAsync(batch, context.RequestAborted);
        }

        var now = world.Clock.Now;
        await context.WriteJsonAsync(json => page.WriteTo(json, batch => batch.Id, (writer, batch) => BatchObject.Write(writer, batch, now)));
    }

    private static Task WriteAsync(HttpContext context, SandboxWorld world, SandboxBatch batch) =>
        context.WriteJsonAsync(json => BatchObject.Write(json, batch, world.Clock.Now));

    private static Task WithBatchAsync(HttpContext context, SandboxWorld world, Func<SandboxBatch, Task> use)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return world.Batches.Find(id) is { } batch ? use(batch) : context.WriteErrorAsync(new ApiError(404, $"No batch found with id '{id}'."));
    }
}
