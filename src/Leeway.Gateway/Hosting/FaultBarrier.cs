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
        }
        catch (BadQueryException exception) when (!context.Response.HasStarted)
        {
            await ProblemWriter.WriteAsync(context, exception.Problem);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await ProblemWriter.WriteAsync(context, new Problem { Code = "invalid_parameter", Message = exception.Message, Status = exception.StatusCode });
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // The caller left.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogFault(logger, context.Request.Path, exception);
            await ProblemWriter.WriteAsync(context, new Problem { Code = "internal_error", Message = "Leeway failed on this call; its log says why." });
        }
    }

    /// <summary>404 for a path nobody serves.</summary>
    public static Task NothingHere(HttpContext context) => ProblemWriter.WriteAsync(context, NotFound.Path(context.Request.Path));

    [LoggerMessage(EventId = 9001, Level = LogLevel.Error, Message = "A call to {Path} failed")]
    private static partial void LogFault(ILogger logger, string path, Exception exception);
}
