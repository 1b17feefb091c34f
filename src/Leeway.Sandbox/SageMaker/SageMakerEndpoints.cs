using System.Globalization;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.SageMaker;

/// <summary>SageMaker's runtime: whole, streamed and asynchronous calls of an endpoint. Every name is an endpoint in service.</summary>
internal static class SageMakerEndpoints
{
    public const string InferenceId = "X-Amzn-SageMaker-Inference-Id";

    private const string CustomAttributes = "X-Amzn-SageMaker-Custom-Attributes";
    private const string Path = "/endpoints/{name}/";

    public static void MapSageMaker(this IEndpointRouteBuilder routes, SandboxWorld world, AsyncInferences inferences)
    {
        routes.MapPost(Path + "invocations", (RequestDelegate)(context => AnswerAsync(context, world, streams: false)));
        routes.MapPost(Path + "invocations-response-stream", (RequestDelegate)(context => AnswerAsync(context, world, streams: true)));
        routes.MapPost(Path + "async-invocations", (RequestDelegate)(context => AsyncInvocation.AcceptAsync(context, world, inferences)));
    }

    /// <summary>What is wrong with the headers every operation takes, or null.</summary>
    public static ApiError? CheckHeaders(HttpRequest request)
    {
        var attributes = request.Headers[CustomAttributes].ToString();
        var id = request.Headers[InferenceId].ToString();
        return attributes.Length > 1024 || attributes.Any(one => one > 127) ? Invalid(CustomAttributes, attributes, "Member must have length less than or equal to 1024, of ASCII")
            : id.Length > 64 ? Invalid(InferenceId, id, "Member must have length less than or equal to 64")
            : null;
    }

    public static ApiError Invalid(string member, string value, string constraint) =>
        AwsErrors.Constraint(member, value, constraint) with { Type = "ValidationError" };

    private static async Task AnswerAsync(HttpContext context, SandboxWorld world, bool streams)
    {
        var (answer, error) = CheckHeaders(context.Request) is { } wrong ? (null, wrong) : Ask(context, world);
        if (answer is null)
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        var fault = streams ? StreamFault.Draw(world.Faults) : null;
        if (fault?.Kind != FaultKind.StreamErrorAfter200)
        {
            world.BillRealTime(answer);
        }

        using var leaving = world.LinkToShutdown(context.RequestAborted);
        await world.DelayFirstTokenAsync(ServiceTier.Default, answer.Digest, leaving.Token);
        var headers = context.Response.Headers;
        headers["x-Amzn-Invoked-Production-Variant"] = "AllTraffic";
        if (context.Request.Headers.TryGetValue(CustomAttributes, out var attributes))
        {
            headers[CustomAttributes] = attributes;
        }

        if (streams)
        {
            headers["X-Amzn-SageMaker-Content-Type"] = Container.ContentType(answer);
            var parts = Container.Cut(Container.Stream(world, answer)).Select(part => (new EventMessage("event", "PayloadPart", "application/octet-stream", part), true));
            await new AwsEvents(world, context, fault).WriteAsync(parts, s_streamError, leaving.Token);
            return;
        }

        var body = Container.Whole(world, answer);
        context.Response.ContentType = Container.ContentType(answer);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static readonly EventMessage s_streamError = AwsEvents.Exception(
        "ModelStreamError", AwsErrors.Of(424, "ModelStreamError", "The model's stream has failed.", ("ErrorCode", "ModelInvocationTimeExceeded")), hasCapitals: true);

    /// <summary>What the container calls wrong is a model's error here.</summary>
    private static (Answer? Answer, ApiError? Error) Ask(HttpContext context, SandboxWorld world)
    {
        var (answer, error) = Container.Answer(world, AwsCall.Of(context).Body);
        if (error is null)
        {
            return (answer, null);
        }

        var said = Container.TextOf(error);
        return (null, AwsErrors.Model(string.Create(CultureInfo.InvariantCulture, $"Received client error ({error.Status}) from primary with message \"{said}\"."), error.Status, said));
    }
}
