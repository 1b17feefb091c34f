using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.MessageBatches;

internal static class MessageBatchEndpoints
{
    private const string Path = "/v1/messages/batches";

    public static void MapMessageBatches(this IEndpointRouteBuilder routes, SandboxWorld world)
    {
        routes.MapPost(Path, (RequestDelegate)(context => CreateAsync(context, world)));
        routes.MapGet(Path, (RequestDelegate)(context => ListAsync(context, world)));
        routes.MapGet(Path + "/{id}", (RequestDelegate)(context => WithBatchAsync(context, world, batch => WriteAsync(context, world, batch))));
        routes.MapGet(Path + "/{id}/results", (RequestDelegate)(context => WithBatchAsync(context, world, batch => WriteResultsAsync(context, world, batch))));
        routes.MapPost(Path + "/{id}/cancel", (RequestDelegate)(context => WithBatchAsync(context, world, async batch =>
        {
            // Assumed: a batch that has ended cannot be canceled.
            await (await world.MessageBatches.CancelAsync(batch, context.RequestAborted)
                ? WriteAsync(context, world, batch)
                : context.WriteErrorAsync(new ApiError(400, $"Message Batch {batch.Id} has already ended and cannot be canceled.")));
        })));
        routes.MapDelete(Path + "/{id}", (RequestDelegate)(context => WithBatchAsync(context, world, batch => DeleteAsync(context, batch))));
    }

    private static async Task CreateAsync(HttpContext context, SandboxWorld world)
    {
        using var body = await context.ReadJsonObjectAsync(MessageBatchReader.MaxBytes);
        if (body is null)
        {
            return;
        }

        using var spool = world.Files.NewSpool();
        var (input, error) = MessageBatchReader.Read(body.RootElement, spool);
        if (input is not null && world.Faults.Strikes(FaultKind.TokenLimitExceeded))
        {
            error = new ApiError(429, "This request would exceed your organization's limit of queued batch requests.");
        }

        if (error is not null)
        {
            await context.WriteErrorAsync(error);
            return;
        }

        if (world.Faults.Strikes(FaultKind.CreateLostBefore))
        {
            context.Abort();
            return;
        }

        var batch = world.MessageBatches.Create(input!, context.Request.Headers["anthropic-version"]);
        if (batch.AnswerIsLost)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, world, batch);
    }

    private static async Task ListAsync(HttpContext context, SandboxWorld world)
    {
        var (page, error) = AnthropicPage<MessageBatch>.Cut(context.Request, world.MessageBatches.Listed(), batch => batch.Id);
        if (page is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        foreach (var batch in page.Objects)
        {
            await world.MessageBatches.AdvanceAsync(batch, context.RequestAborted);
        }

        var now = world.Clock.Now;
        await context.WriteJsonAsync(json =>
            page.WriteTo(json, batch => batch.Id, (writer, batch) => MessageBatchObject.Write(writer, batch, Root(context), now)));
    }

    private static Task WriteAsync(HttpContext context, SandboxWorld world, MessageBatch batch) =>
        context.WriteJsonAsync(json => MessageBatchObject.Write(json, batch, Root(context), world.Clock.Now));

    private static async Task WriteResultsAsync(HttpContext context, SandboxWorld world, MessageBatch batch)
    {
        if (batch.Output is not { } output || world.Clock.Now >= batch.CreatedAt + MessageBatch.Retention)
        {
            await context.WriteErrorAsync(new ApiError(404, $"Message Batch {batch.Id} has no available results."));
            return;
        }

        context.Response.ContentType = "application/x-jsonl";
        await output.Results.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task DeleteAsync(HttpContext context, MessageBatch batch)
    {
        if (batch.Output is null)
        {
            await context.WriteErrorAsync(new ApiError(400, $"Message Batch {batch.Id} cannot be deleted while it is processing; cancel it first."));
            return;
        }

        batch.IsDeleted = true;
        await context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("id", batch.Id);
            json.WriteString("type", "message_batch_deleted");
            json.WriteEndObject();
        });
    }

    private static string Root(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}";

    private static async Task WithBatchAsync(HttpContext context, SandboxWorld world, Func<MessageBatch, Task> use)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (world.MessageBatches.Find(id) is { } batch)
        {
            await world.MessageBatches.AdvanceAsync(batch, context.RequestAborted);
            await use(batch);
            return;
        }

        await context.WriteErrorAsync(new ApiError(404, $"Message Batch {id} not found."));
    }
}
