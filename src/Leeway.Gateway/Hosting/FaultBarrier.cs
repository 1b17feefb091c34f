using System.Data.Common;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Hosting;

/// <summary>Turns what escapes a route into a clear answer: bad queries into their refusal, a caller that left into nothing, our own faults into 500.</summary>
internal sealed partial class FaultBarrier(RequestDelegate next, ILogger<FaultBarrier> logger)
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
        catch (BadQueryException exception) when (!context.Response.HasStarted)
        {
            await ProblemWriter.WriteAsync(context, exception.Problem);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await ProblemWriter.WriteAsync(context, Unreadable(exception));
        }
        catch (IOException exception) when (!context.Response.HasStarted && exception.InnerException is OverflowException)
        {
            // How Kestrel tells a chunk of more than 2 GB.
            await ProblemWriter.WriteAsync(context, Unreadable(new BadHttpRequestException(exception.Message)));
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // The caller left.
        }
        catch (DbException exception) when (!context.Response.HasStarted)
        {
            LogStorageFault(logger, context.Request.Path, exception);
            await ProblemWriter.WriteAsync(context, new Problem
            {
                Code = "storage_unavailable",
                Message = "The gateway's storage failed on this call, so nothing was accepted; its log says why.",
                Remedy = "Send it again in a moment.",
            });
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogFault(logger, context.Request.Path, exception);
            await ProblemWriter.WriteAsync(context, new Problem { Code = "internal_error", Message = "Leeway failed on this call; its log says why." });
        }
    }

    // Routing leaves both without a body.
    private static Problem Unrouted(HttpContext context) => context.Response.StatusCode == StatusCodes.Status404NotFound
        ? NotFound.Path(context.Request.Path)
        : NotFound.Method(context.Request.Method, context.Request.Path, context.Response.Headers.Allow.ToString());

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
