using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.ModelInvocationJobs;

/// <summary>Bedrock's control plane as far as it concerns jobs.</summary>
internal static class JobEndpoints
{
    private const string Path = "/model-invocation-job";

    public static void MapModelInvocationJobs(this IEndpointRouteBuilder routes, SandboxWorld world, JobStore jobs)
    {
        routes.MapPost(Path, (RequestDelegate)(context => CreateAsync(context, world, jobs)));
        routes.MapGet(Path + "s", (RequestDelegate)(context => JobList.AnswerAsync(context, world, jobs)));
        routes.MapGet(Path + "/{id}", (RequestDelegate)(context => WithJobAsync(context, jobs, job =>
            context.WriteJsonAsync(json => JobObject.Write(json, job, world.Clock.Now)))));
        routes.MapPost(Path + "/{id}/stop", (RequestDelegate)(context => WithJobAsync(context, jobs, job => jobs.Stop(job)
            ? WriteEmptyAsync(context)
            : context.WriteErrorAsync(AwsErrors.Of(400, "ConflictException", $"The job {job.Arn} has already ended and cannot be stopped.")))));
    }

    private static async Task CreateAsync(HttpContext context, SandboxWorld world, JobStore jobs)
    {
        using var body = await context.ReadAwsObjectAsync();
        if (body is null)
        {
            return;
        }

        var (spec, error) = JobReader.Read(body.RootElement);
        if (spec is not null && world.Faults.Strikes(FaultKind.TokenLimitExceeded))
        {
            error = AwsErrors.Of(400, "ServiceQuotaExceededException", "Your account has reached its quota of in-progress and submitted batch inference jobs for this model.");
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

        var (job, isNew) = jobs.Create(spec!, AwsCall.Of(context).Region);
        if (isNew && job.AnswerIsLost)
        {
            context.Abort();
            return;
        }

        await context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("jobArn", job.Arn);
            json.WriteEndObject();
        });
    }

    private static Task WriteEmptyAsync(HttpContext context) => context.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteEndObject();
    });

    private static Task WithJobAsync(HttpContext context, JobStore jobs, Func<ModelInvocationJob, Task> use)
    {
        var identifier = Uri.UnescapeDataString((string)context.Request.RouteValues["id"]!);
        if (jobs.Find(identifier) is not { } job)
        {
            return context.WriteErrorAsync(AwsErrors.Of(404, "ResourceNotFoundException", $"Could not find a model invocation job with the identifier {identifier}."));
        }

        jobs.Advance(job);
        return use(job);
    }
}
