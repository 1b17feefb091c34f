using System.Data.Common;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Ingress.Files;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Hosting;

/// <summary>Turns what escapes a route into a clear answer, and what no route took into 404 or 405.</summary>
internal sealed class FaultBarrier(RequestDelegate next, Faults faults)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response is { ContentType: null, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed })
            {
                await ProblemWriter.WriteAsync(context, Unrouted(context));
            }
        }
        catch (Exception exception) when (Faults.CanAnswer(context, exception))
        {
            await faults.AnswerAsync(context, exception);
        }
    }

    // Routing leaves both without a body.
    private static Problem Unrouted(HttpContext context) => context.Response.StatusCode == StatusCodes.Status404NotFound
        ? NotFound.Path(context.Request.Path)
        : NotFound.Method(context.Request.Method, context.Request.Path, context.Response.Headers.Allow.ToString());
}

/// <summary>Answers to exceptions: bad queries get their refusal, a caller that left gets nothing, our own faults are 500.</summary>
internal sealed partial class Faults(ILogger<Faults> logger)
{
    // A server that restarts or is replaced is back in seconds.
    private static readonly TimeSpan s_storageWait = TimeSpan.FromSeconds(2);

    /// <summary>Whether an answer can still be given, or none is wanted; else the server cuts the connection.</summary>
    public static bool CanAnswer(HttpContext context, Exception exception) => !context.Response.HasStarted || CallerLeft(context, exception);

    public Task AnswerAsync(HttpContext context, Exception exception)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        switch (exception)
        {
            case BadQueryException query:
                return ProblemWriter.WriteAsync(context, query.Problem);
            case BadHttpRequestException unreadable:
                return ProblemWriter.WriteAsync(context, Unreadable(unreadable));

            // How Kestrel tells a chunk of more than 2 GB.
            case IOException { InnerException: OverflowException }:
                return ProblemWriter.WriteAsync(context, Unreadable(new BadHttpRequestException(exception.Message)));
            case OperationCanceledException or IOException when CallerLeft(context, exception):
                return Task.CompletedTask;
            case ContentWriteException unwritten:
                LogStorageFault(logger, context.Request.Path, exception);
                return ProblemWriter.WriteAsync(context, FileProblems.NotWritten(unwritten));
            case NodeLeaseLostException:
                return ProblemWriter.WriteAsync(context, new Problem
                {
                    Code = "node_rejoining",
                    Message = "Another node took over this one's work a moment ago, so nothing was accepted here; it joins anew.",
                    Remedy = "Send it again.",
                    RetryAfter = TimeSpan.FromSeconds(1),
                });
            case StorageUnavailableException:
            case DbException:
                LogStorageFault(logger, context.Request.Path, exception);
                return ProblemWriter.WriteAsync(context, new Problem
                {
                    Code = "storage_unavailable",
                    Message = "The gateway's storage failed on this call, so nothing was accepted; its log says why.",
                    Remedy = "Send it again in a moment.",
                    RetryAfter = s_storageWait,
                });
            default:
                LogFault(logger, context.Request.Path, exception);
                return ProblemWriter.WriteAsync(context, new Problem { Code = "internal_error", Message = "Leeway failed on this call; its log says why." });
        }
    }

    private static bool CallerLeft(HttpContext context, Exception exception) =>
        context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException;

    private static Problem Unreadable(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => new Problem
        {
            Code = "body_interrupted",
            Message = "The body came too slowly or stopped. Nothing was sent or queued.",
            Field = "body",
            Remedy = "Check that Content-Length is the body's length in bytes, and send it again.",
        },
        _ => new Problem
        {
            Code = "malformed_request",
            Message = $"The HTTP request is malformed: {exception.Message}",
            Status = exception.StatusCode,
            Remedy = "Nothing was sent or queued.",
        },
    };

    [LoggerMessage(EventId = 9002, Level = LogLevel.Error, Message = "The storage failed on a call to {Path}")]
    private static partial void LogStorageFault(ILogger logger, string path, Exception exception);

    [LoggerMessage(EventId = 9001, Level = LogLevel.Error, Message = "A call to {Path} failed")]
    private static partial void LogFault(ILogger logger, string path, Exception exception);
}
