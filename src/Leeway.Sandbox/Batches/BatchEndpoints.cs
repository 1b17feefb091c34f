using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Webhooks;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Batches;

internal static class BatchEndpoints
{
    public static void MapBatches(this IEndpointRouteBuilder routes, SandboxWorld world) => routes.MapBatches(world, "/v1/batches", world.Batches, world.Batches.Rules);

    /// <param name="path">Where they are served.</param>
    /// <param name="rules">How they are shown there; what is run follows the store's own.</param>
    public static void MapBatches(this IEndpointRouteBuilder routes, SandboxWorld world, string path, BatchStore store, BatchRules rules)
    {
        routes.MapPost(path, (RequestDelegate)(context => CreateAsync(context, world, store, rules)));
        routes.MapGet(path, (RequestDelegate)(context => ListAsync(context, world, store, rules)));
        routes.MapGet(path + "/{id}", (RequestDelegate)(context => WithBatchAsync(context, store, async batch =>
        {
            await store.AdvanceAsync(batch, context.RequestAborted);
            await WriteAsync(context, world, rules, batch);
        })));
        routes.MapPost(path + "/{id}/cancel", (RequestDelegate)(context => WithBatchAsync(context, store, async batch =>
        {
            if (await store.CancelAsync(batch, context.RequestAborted))
            {
                WebhookEndpoints.SignalAfter(context, world);
                await WriteAsync(context, world, rules, batch);
                return;
            }

            // Assumed: a conflict, and one that a client must not retry.
            context.Response.Headers["x-should-retry"] = "false";
            await context.WriteErrorAsync(new ApiError(409, $"Cannot cancel a batch with status '{batch.StatusAt(world.Clock.Now)}'."));
        })));
    }

    private static async Task CreateAsync(HttpContext context, SandboxWorld world, BatchStore store, BatchRules rules)
    {
        using var body = await context.ReadJsonObjectAsync();
        if (body is null)
        {
            return;
        }

        var (request, error) = BatchRequest.Read(body.RootElement, rules.Endpoints, rules.MinExpirySeconds);
        if (request is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        if (rules.RefuseFile(rules.Files.Find(request.InputFileId)) is { } refused)
        {
            await context.WriteErrorAsync(refused);
            return;
        }

        if (world.Faults.Strikes(FaultKind.CreateLostBefore))
        {
            context.Abort();
            return;
        }

        WebhookEndpoints.SignalAfter(context, world);
        var batch = store.Create(request);
        if (batch.AnswerIsLost)
        {
            context.Abort();
            return;
        }

        rules.AddCreateHeaders(context.Response.Headers);
        await context.WriteJsonAsync(json => rules.Write(json, batch, world.Clock.Now, created: true), rules.CreatedStatus);
    }

    private static async Task ListAsync(HttpContext context, SandboxWorld world, BatchStore store, BatchRules rules)
    {
        var (page, error) = Page<SandboxBatch>.Cut(context.Request, store.Listed(), batch => batch.Id, 20, 100);
        if (page is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        foreach (var batch in page.Objects)
        {
            await store.AdvanceAsync(batch, context.RequestAborted);
        }

        var now = world.Clock.Now;
        await context.WriteJsonAsync(json => rules.WritePage(json, page, now));
    }

    private static Task WriteAsync(HttpContext context, SandboxWorld world, BatchRules rules, SandboxBatch batch) =>
        context.WriteJsonAsync(json => rules.Write(json, batch, world.Clock.Now, created: false));

    private static Task WithBatchAsync(HttpContext context, BatchStore store, Func<SandboxBatch, Task> use)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return store.Find(id) is { } batch ? use(batch) : context.WriteErrorAsync(new ApiError(404, $"No batch found with id '{id}'."));
    }
}
