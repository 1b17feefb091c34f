using System.Text.Json;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Together;

/// <summary>Jobs: a create looks at nothing and wraps its answer, a list is a bare array, a cancel of what has ended is 409.</summary>
internal static class TogetherJobEndpoints
{
    public static void MapTogetherJobs(this IEndpointRouteBuilder routes, SandboxWorld world, BatchStore store)
    {
        routes.MapPost("/batches", (RequestDelegate)(context => CreateAsync(context, world, store)));
        routes.MapGet("/batches", (RequestDelegate)(context => ListAsync(context, world, store)));
        routes.MapGet("/batches/{id}", (RequestDelegate)(context => WithJobAsync(context, store, async job =>
        {
            await store.AdvanceAsync(job, context.RequestAborted);
            await WriteAsync(context, world, store, job);
        })));
        routes.MapPost("/batches/{id}/cancel", (RequestDelegate)(context => WithJobAsync(context, store, async job =>
            await (await store.CancelAsync(job, context.RequestAborted)
                ? WriteAsync(context, world, store, job)
                : context.WriteErrorAsync(new ApiError(
                    409, $"Cannot cancel job - already in terminal state: {TogetherBatchRules.StatusAt(job, world.Clock.Now)}"))))));
    }

    private static async Task CreateAsync(HttpContext context, SandboxWorld world, BatchStore store)
    {
        using var body = await context.ReadJsonObjectAsync();
        if (body is null)
        {
            return;
        }

        var root = body.RootElement;
        if (root.StringOrNull("input_file_id") is not { Length: > 0 } input || root.StringOrNull("endpoint") is not { } endpoint)
        {
            await context.WriteErrorAsync(new ApiError(400, "input_file_id and endpoint are required"));
            return;
        }

        if (!store.Rules.Endpoints.Contains(endpoint) || (root.Has("completion_window", out var window) && window.ToString() != "24h"))
        {
            await context.WriteErrorAsync(new ApiError(
                400, $"endpoint is one of {string.Join(", ", store.Rules.Endpoints)} (here), completion_window is 24h"));
            return;
        }

        if (world.Faults.Strikes(FaultKind.CreateLostBefore))
        {
            context.Abort();
            return;
        }

        var job = store.Create(new BatchRequest(input, endpoint, new Dictionary<string, string>(), FileExpiry.BatchDefault));
        if (job.AnswerIsLost)
        {
            context.Abort();
            return;
        }

        await context.WriteJsonAsync(
            json =>
            {
                json.WriteStartObject();
                json.WritePropertyName("job");
                store.Rules.Write(json, job, world.Clock.Now, created: true);
                json.WriteEndObject();
            },
            201);
    }

    private static async Task ListAsync(HttpContext context, SandboxWorld world, BatchStore store)
    {
        var jobs = store.Listed();
        foreach (var job in jobs)
        {
            await store.AdvanceAsync(job, context.RequestAborted);
        }

        await context.WriteJsonAsync(json =>
        {
            json.WriteStartArray();
            jobs.ForEach(job => store.Rules.Write(json, job, world.Clock.Now, created: false));
            json.WriteEndArray();
        });
    }

    private static Task WriteAsync(HttpContext context, SandboxWorld world, BatchStore store, SandboxBatch job) =>
        context.WriteJsonAsync(json => store.Rules.Write(json, job, world.Clock.Now, created: false));

    private static Task WithJobAsync(HttpContext context, BatchStore store, Func<SandboxBatch, Task> use)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return store.Find(id) is { } job ? use(job) : context.WriteErrorAsync(new ApiError(404, $"Batch job not found: {id}"));
    }
}
