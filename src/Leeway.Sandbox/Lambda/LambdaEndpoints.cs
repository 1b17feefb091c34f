using System.Globalization;
using System.Text;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Lambda;

/// <summary>Invocations of functions that answer chat bodies, whole and streamed, and their URLs. Every name is a function.</summary>
internal static class LambdaEndpoints
{
    private const string Latest = "$LATEST";

    // Of an asynchronous call's payload.
    private const int MaxEventBytes = 1024 * 1024;

    public static void MapLambda(this IEndpointRouteBuilder routes, SandboxWorld world, FunctionPool pool)
    {
        routes.MapPost("/2015-03-31/functions/{name}/invocations", (RequestDelegate)(context => InvokeAsync(context, world, pool)));
        routes.MapPost("/2021-11-15/functions/{name}/response-streaming-invocations", (RequestDelegate)(context => StreamAsync(context, world, pool)));
        routes.MapPost("/lambda-url/{name}/{**path}", (RequestDelegate)(context => OnUrlAsync(context, world, pool)));
    }

    private static async Task InvokeAsync(HttpContext context, SandboxWorld world, FunctionPool pool)
    {
        var headers = context.Request.Headers;
        var body = AwsCall.Of(context).Body;
        var type = headers["X-Amz-Invocation-Type"].ToString() is { Length: > 0 } named ? named : "RequestResponse";
        if (type is not ("RequestResponse" or "Event" or "DryRun"))
        {
            await context.WriteErrorAsync(AwsErrors.Constraint("invocationType", type, "Member must satisfy enum value set: [Event, RequestResponse, DryRun]") with { Type = "InvalidParameterValueException" });
            return;
        }

        if (type == "DryRun")
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (type == "Event" && body.Length > MaxEventBytes)
        {
            await context.WriteErrorAsync(AwsErrors.Of(413, AwsApi.Lambda.TooLarge, $"Request must be smaller than {MaxEventBytes} bytes for the InvokeFunction operation", ("Type", "User")));
            return;
        }

        if (!TryReadPayload(body))
        {
            await context.WriteErrorAsync(AwsErrors.Of(400, "InvalidRequestContentException", "Could not parse request body into json.", ("Type", "User")));
            return;
        }

        var (answer, error) = Container.Answer(world, body);
        if (answer is not null)
        {
            world.BillRealTime(answer);
        }

        if (type == "Event")
        {
            // Nobody hears what it says.
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        using var leaving = world.LinkToShutdown(context.RequestAborted);
        using var run = await FunctionRun.StartAsync(world, pool, NameOf(context), answer?.Digest, leaving.Token);
        context.Response.Headers["X-Amz-Executed-Version"] = VersionOf(context);
        if (headers["X-Amz-Log-Type"] == "Tail")
        {
            context.Response.Headers["X-Amz-Log-Result"] = run.LogTail(context.Response.Headers["x-amzn-RequestId"].ToString());
        }

        if (answer is null)
        {
            await FunctionErrors.WriteAsync(context, "BadRequestError", Container.TextOf(error!));
            return;
        }

        var said = Container.Whole(world, answer);
        if (answer.Streams)
        {
            // What is no JSON comes back as a string.
            said = AwsEvents.Json(json => json.WriteStringValue(said.Span));
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = said.Length;
        await context.Response.Body.WriteAsync(said, context.RequestAborted);
    }

    private static async Task StreamAsync(HttpContext context, SandboxWorld world, FunctionPool pool)
    {
        var (answer, error) = Container.Answer(world, AwsCall.Of(context).Body);
        var fault = answer is null ? null : StreamFault.Draw(world.Faults);
        if (answer is not null && fault?.Kind != FaultKind.StreamErrorAfter200)
        {
            world.BillRealTime(answer);
        }

        using var leaving = world.LinkToShutdown(context.RequestAborted);
        using var run = await FunctionRun.StartAsync(world, pool, NameOf(context), answer?.Digest, leaving.Token);
        context.Response.Headers["X-Amz-Executed-Version"] = VersionOf(context);
        context.Response.Headers["X-Amzn-Remapped-Content-Type"] = answer is null ? "application/json" : Container.ContentType(answer);
        IEnumerable<(EventMessage, bool)> events = answer is null
            ? [(Complete("BadRequestError", Container.TextOf(error!)), false)]
            : Container.Cut(Container.Stream(world, answer))
                .Select(part => (new EventMessage("event", "PayloadChunk", "application/octet-stream", part), true))
                .Append((Complete(null, null), false));
        await new AwsEvents(world, context, fault).WriteAsync(events, Complete("Unhandled", "The function has failed."), leaving.Token);
    }

    /// <summary>What a function serves behind its URL is plain HTTP.</summary>
    private static async Task OnUrlAsync(HttpContext context, SandboxWorld world, FunctionPool pool)
    {
        var isChat = (string?)context.Request.RouteValues["path"] == "v1/chat/completions";
        var (answer, error) = isChat ? Container.Answer(world, AwsCall.Of(context).Body) : (null, new ApiError(404, "Not Found"));
        var fault = answer?.Streams == true ? StreamFault.Draw(world.Faults) : null;
        if (answer is not null && fault?.Kind != FaultKind.StreamErrorAfter200)
        {
            world.BillRealTime(answer);
        }

        using var leaving = world.LinkToShutdown(context.RequestAborted);
        using var run = await FunctionRun.StartAsync(world, pool, NameOf(context), answer?.Digest, leaving.Token);
        await (answer is null ? context.WriteJsonAsync(json => OpenAIVendor.Write(json, error!), error!.Status)
            : answer.Streams ? new EventStream(world, context, fault).WriteAsync(answer, leaving.Token)
            : context.WriteJsonAsync(json => answer.WriteTo(json, world.Ids, world.Clock.UnixSeconds)));
    }

    private static EventMessage Complete(string? code, string? details) => EventMessage.Event("InvokeComplete", AwsEvents.Json(json =>
    {
        json.WriteStartObject();
        if (code is not null)
        {
            json.WriteString("ErrorCode", code);
            json.WriteString("ErrorDetails", details);
        }

        json.WriteEndObject();
    }));

    /// <summary>Any JSON is a payload; whether it is a chat body is the function's matter.</summary>
    private static bool TryReadPayload(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = System.Text.Json.JsonDocument.Parse(body);
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return body.Length == 0;
        }
    }

    /// <summary>A function's name, without the rest of an ARN and without a qualifier.</summary>
    private static string NameOf(HttpContext context)
    {
        var parts = Uri.UnescapeDataString((string)context.Request.RouteValues["name"]!).Split(':');
        return parts is ["arn", _, _, _, _, _, var name, ..] ? name : parts[0];
    }

    private static string VersionOf(HttpContext context) => context.Request.Query["Qualifier"].ToString() is { Length: > 0 } qualifier ? qualifier : Latest;
}
