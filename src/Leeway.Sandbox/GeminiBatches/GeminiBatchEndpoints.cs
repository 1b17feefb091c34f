using Leeway.Sandbox.Faults;
using Leeway.Sandbox.GeminiFiles;
using Leeway.Sandbox.GenerateContent;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.GeminiBatches;

internal static class GeminiBatchEndpoints
{
    private const string Path = "/v1beta/batches";

    // 20 MB with everything in it.
    private const long MaxBytes = 20 * 1024 * 1024;

    public static void MapGeminiBatches(this IEndpointRouteBuilder routes, SandboxWorld world, GeminiBatchStore batches, GeminiFileStore files)
    {
        foreach (var (method, use) in (ReadOnlySpan<(string, ModelUse)>)[("batchGenerateContent", ModelUse.Chat), ("asyncBatchEmbedContent", ModelUse.Embeddings)])
        {
            routes.MapPost("/v1beta/models/{model}:" + method, (RequestDelegate)(context => CreateAsync(context, world, batches, files, method, use)));
        }

        routes.MapGet(Path, (RequestDelegate)(context => ListAsync(context, world, batches)));
        routes.MapGet(Path + "/{id}", (RequestDelegate)(context => WithBatchAsync(context, batches, batch => WriteAsync(context, world, batch))));
        routes.MapPost(Path + "/{id}:cancel", (RequestDelegate)(context => WithBatchAsync(context, batches, async batch =>
        {
            // Assumed: nothing is said to one that has ended.
            await batches.CancelAsync(batch, context.RequestAborted);
            await context.WriteEmptyObjectAsync();
        })));
        routes.MapDelete(Path + "/{id}", (RequestDelegate)(context => WithBatchAsync(context, batches, batch =>
        {
            batches.Delete(batch);
            return context.WriteEmptyObjectAsync();
        })));
    }

    private static async Task CreateAsync(HttpContext context, SandboxWorld world, GeminiBatchStore batches, GeminiFileStore files, string method, ModelUse use)
    {
        var name = (string)context.Request.RouteValues["model"]!;
        var (model, error) = GenerateEndpoints.FindModel(name, SandboxKind.Gemini, use, method);
        if (model is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        using var body = await context.ReadJsonObjectAsync(MaxBytes);
        if (body is null)
        {
            return;
        }

        (var input, error) = new GeminiBatchReader(world, files, model, name, use == ModelUse.Embeddings).Read(body.RootElement);
        if (input is not null && IsOverLimit(world, batches, input))
        {
            error = new ApiError(429, "You exceeded your quota of enqueued batch tokens; wait until batches have completed.", Code: GoogleError.DayQuota);
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

        var batch = batches.Create(input!);
        if (batch.AnswerIsLost)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, world, batch);
    }

    private static bool IsOverLimit(SandboxWorld world, GeminiBatchStore batches, GeminiBatchInput input) =>
        world.Faults.Strikes(FaultKind.TokenLimitExceeded)
        || (world.Options.EnqueuedTokenLimit is { } limit && batches.CountEnqueued(input.Model.Id) + input.PromptTokens > limit);

    private static async Task ListAsync(HttpContext context, SandboxWorld world, GeminiBatchStore batches)
    {
        var (page, error) = GooglePage<GeminiBatch>.Cut(context.Request, batches.Listed(), batch => batch.Id, 10, 100);
        if (page is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        foreach (var batch in page.Objects)
        {
            await batches.AdvanceAsync(batch, context.RequestAborted);
        }

        await context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("operations");
            foreach (var batch in page.Objects)
            {
                GeminiBatchObject.Write(json, batch, world.Clock.Now);
            }

            json.WriteEndArray();
            if (page.NextToken is { } token)
            {
                json.WriteString("nextPageToken", token);
            }

            json.WriteEndObject();
        });
    }

    private static Task WriteAsync(HttpContext context, SandboxWorld world, GeminiBatch batch) =>
        context.WriteJsonAsync(json => GeminiBatchObject.Write(json, batch, world.Clock.Now));

    private static async Task WithBatchAsync(HttpContext context, GeminiBatchStore batches, Func<GeminiBatch, Task> use)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (batches.Find(id) is { } batch)
        {
            await batches.AdvanceAsync(batch, context.RequestAborted);
            await use(batch);
            return;
        }

        await context.WriteErrorAsync(new ApiError(404, $"batches/{id} was not found."));
    }
}
