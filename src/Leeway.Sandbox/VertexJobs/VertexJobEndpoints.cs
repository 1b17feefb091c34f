using System.Text.RegularExpressions;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.VertexJobs;

internal static partial class VertexJobEndpoints
{
    /// <param name="path">Of the jobs, with <c>{project}</c> and <c>{location}</c>.</param>
    public static void MapVertexJobs(this IEndpointRouteBuilder routes, SandboxWorld world, VertexJobStore jobs, string path)
    {
        routes.MapPost(path, (RequestDelegate)(context => CreateAsync(context, world, jobs)));
        routes.MapGet(path, (RequestDelegate)(context => ListAsync(context, world, jobs)));
        routes.MapGet(path + "/{id}", (RequestDelegate)(context => WithJobAsync(context, jobs, job => WriteAsync(context, world, job))));
        routes.MapPost(path + "/{id}:cancel", (RequestDelegate)(context => WithJobAsync(context, jobs, async job =>
        {
            // Assumed: nothing is said to one that has ended.
            await jobs.CancelAsync(job, context.RequestAborted);
            await context.WriteEmptyObjectAsync();
        })));
        routes.MapDelete(path + "/{id}", (RequestDelegate)(context => WithJobAsync(context, jobs, job => DeleteAsync(context, world, job))));
    }

    private static async Task CreateAsync(HttpContext context, SandboxWorld world, VertexJobStore jobs)
    {
        using var body = await context.ReadJsonObjectAsync();
        if (body is null)
        {
            return;
        }

        var (input, error) = VertexJobReader.Read(body.RootElement, ParentOf(context), jobs.Objects);
        if (input is not null && world.Faults.Strikes(FaultKind.TokenLimitExceeded))
        {
            error = new ApiError(429, "Quota of concurrent batch prediction jobs exceeded; wait until jobs have completed.", Code: GoogleError.DayQuota);
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

        var job = jobs.Create(input!);
        if (job.AnswerIsLost)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, world, job);
    }

    /// <summary>Of one project and location, newest first; a filter names a displayName or a state.</summary>
    private static async Task ListAsync(HttpContext context, SandboxWorld world, VertexJobStore jobs)
    {
        var listed = jobs.Listed();
        listed.RemoveAll(job => job.Input.Parent != ParentOf(context));
        foreach (var job in listed)
        {
            await jobs.AdvanceAsync(job, context.RequestAborted);
        }

        var filter = context.Request.Query["filter"].ToString();
        var match = Filter().Match(filter);
        if (filter.Length > 0 && !match.Success)
        {
            await context.WriteErrorAsync(ProtoJson.Invalid($"The sandbox knows the filters displayName=\"…\" and state=\"…\", not {filter}.", "filter"));
            return;
        }

        listed.RemoveAll(job => match.Success && match.Groups[2].Value != (match.Groups[1].Value == "state" ? "JOB_STATE_" + job.StateAt(world.Clock.Now) : job.Input.DisplayName));
        var (page, error) = GooglePage<VertexJob>.Cut(context.Request, listed, job => job.Id, 100, 100);
        await (page is null ? context.WriteErrorAsync(error!) : context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            if (page.Objects.Count > 0)
            {
                json.WriteStartArray("batchPredictionJobs");
                foreach (var job in page.Objects)
                {
                    VertexJobObject.Write(json, job, world.Clock.Now);
                }

                json.WriteEndArray();
            }

            if (page.NextToken is { } token)
            {
                json.WriteString("nextPageToken", token);
            }

            json.WriteEndObject();
        }));
    }

    /// <summary>Answers with an operation that is done. Assumed: a job that runs must be cancelled first.</summary>
    private static Task DeleteAsync(HttpContext context, SandboxWorld world, VertexJob job)
    {
        if (!job.HasEnded)
        {
            return context.WriteErrorAsync(new ApiError(400, $"{job.Name} has not ended; cancel it first.", Code: GoogleError.FailedPrecondition));
        }

        job.IsDeleted = true;
        return context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", $"{job.Input.Parent}/operations/{world.Ids.Next("")}");
            json.WriteBoolean("done", true);
            json.WriteStartObject("response");
            json.WriteString("@type", "type.googleapis.com/google.protobuf.Empty");
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static Task WriteAsync(HttpContext context, SandboxWorld world, VertexJob job) =>
        context.WriteJsonAsync(json => VertexJobObject.Write(json, job, world.Clock.Now));

    private static string ParentOf(HttpContext context) => $"projects/{context.Request.RouteValues["project"]}/locations/{context.Request.RouteValues["location"]}";

    private static async Task WithJobAsync(HttpContext context, VertexJobStore jobs, Func<VertexJob, Task> use)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (jobs.Find(id) is { } job && job.Input.Parent == ParentOf(context))
        {
            await jobs.AdvanceAsync(job, context.RequestAborted);
            await use(job);
            return;
        }

        await context.WriteErrorAsync(new ApiError(404, $"The BatchPredictionJob {ParentOf(context)}/batchPredictionJobs/{id} does not exist."));
    }

    [GeneratedRegex("""^(displayName|display_name|state)\s*=\s*"?([^"]*)"?$""")]
    private static partial Regex Filter();
}
