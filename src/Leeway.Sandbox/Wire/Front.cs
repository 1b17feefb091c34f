using System.Globalization;
using Leeway.Sandbox.Faults;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Wire;

/// <summary>What every call under /v1 passes first: standard headers, the count, the key, and the faults that strike before any work.</summary>
internal sealed class Front(SandboxWorld world)
{
    private static readonly TimeSpan s_slowFirstByte = TimeSpan.FromSeconds(30);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (!context.Request.Path.StartsWithSegments("/v1"))
            {
                await next(context);
                return;
            }

            AddHeaders(context);
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? context.Request.Path.Value;
            world.Ledger.CountCall($"{context.Request.Method} {route}");
            if (!HasKey(context.Request))
            {
                await context.WriteErrorAsync(new ApiError(401, "You didn't provide an API key.", Code: "invalid_api_key"));
            }
            else if (!await FailsAsync(context))
            {
                await next(context);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || world.IsStopping)
        {
            context.Abort();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // A malformed multipart body.
            await context.WriteErrorAsync(new ApiError(400, exception.Message));
        }
    }

    private static bool HasKey(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { Length: > 7 } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && value[7..].Trim().Length > 0;

    private void AddHeaders(HttpContext context)
    {
        var started = world.Clock.Timestamp();
        var headers = context.Response.Headers;
        headers["x-request-id"] = world.Ids.Next("req_");
        headers["openai-version"] = "2020-10-01";
        headers["openai-organization"] = "sandbox";
        headers["x-ratelimit-limit-requests"] = "10000";
        headers["x-ratelimit-limit-tokens"] = "2000000";
        headers["x-ratelimit-remaining-requests"] = "9999";
        headers["x-ratelimit-remaining-tokens"] = "1999000";
        headers["x-ratelimit-reset-requests"] = "6ms";
        headers["x-ratelimit-reset-tokens"] = "30ms";
        context.Response.OnStarting(() =>
        {
            headers["openai-processing-ms"] = ((long)world.Clock.Since(started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
    }

    /// <summary>True when a fault has answered in place of the endpoint.</summary>
    private async Task<bool> FailsAsync(HttpContext context)
    {
        var method = context.Request.Method;
        var path = context.Request.Path.Value!;
        if (world.Faults.StrikesRoute(FaultKind.RateLimit, method, path, out var setting))
        {
            SetRetryAfter(context, setting.RetryAfter ?? 1);
            await context.WriteErrorAsync(new ApiError(429, "Rate limit reached for requests. Please try again later.", "requests", Code: "rate_limit_exceeded"));
            return true;
        }

        if (world.Faults.StrikesRoute(FaultKind.InsufficientQuota, method, path, out _))
        {
            await context.WriteErrorAsync(new ApiError(
                429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", Code: "insufficient_quota"));
            return true;
        }

        if (world.Faults.StrikesRoute(FaultKind.ServerError, method, path, out setting))
        {
            SetRetryAfter(context, setting.RetryAfter);
            await context.WriteErrorAsync(new ApiError(setting.Status ?? 500, "The server had an error while processing your request.", "server_error"));
            return true;
        }

        if (world.Faults.StrikesRoute(FaultKind.SlowFirstByte, method, path, out setting))
        {
            using var leaving = world.LinkToShutdown(context.RequestAborted);
            await world.Clock.DelayAsync(setting.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : s_slowFirstByte, leaving.Token);
        }

        return false;
    }

    private static void SetRetryAfter(HttpContext context, double? seconds)
    {
        if (seconds is { } value)
        {
            context.Response.Headers.RetryAfter = value.ToString(CultureInfo.InvariantCulture);
        }
    }
}
