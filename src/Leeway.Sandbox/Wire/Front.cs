using System.Globalization;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Messages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Wire;

/// <summary>What every call under /v1 passes first: standard headers, the count, the key (and Anthropic's version), and the faults that strike before any work.</summary>
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
            if (!Speaks(context.Request.VendorOf()))
            {
                await context.WriteErrorAsync(new ApiError(404, $"This sandbox does not speak {context.Request.VendorOf()}'s API."));
                return;
            }

            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? context.Request.Path.Value;
            world.Ledger.CountCall($"{context.Request.Method} {route}");
            if (Refusal(context.Request) is { } refusal)
            {
                await context.WriteErrorAsync(refusal);
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

    private bool Speaks(Vendor vendor) => world.Options.Kind.HasFlag(vendor == Vendor.Anthropic ? SandboxKind.Anthropic : SandboxKind.OpenAI);

    private void AddHeaders(HttpContext context)
    {
        if (context.Request.VendorOf() == Vendor.Anthropic)
        {
            FrontHeaders.AddAnthropic(context, world);
        }
        else
        {
            FrontHeaders.AddOpenAI(context, world);
        }
    }

    /// <summary>What is wrong with the credentials or the version, or null.</summary>
    private static ApiError? Refusal(HttpRequest request)
    {
        var hasBearer = request.Headers.Authorization.ToString() is { Length: > 7 } value
            && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && value[7..].Trim().Length > 0;
        if (request.VendorOf() == Vendor.OpenAI)
        {
            return hasBearer ? null : new ApiError(401, "You didn't provide an API key.", Code: "invalid_api_key");
        }

        return !hasBearer && request.Headers["x-api-key"].ToString().Trim().Length == 0 ? new ApiError(401, "x-api-key header is required")
            : request.Headers["anthropic-version"].ToString() switch
            {
                var known when MessageVersions.All.Contains(known) => null,
                "" => ApiError.Bad("anthropic-version", "header is required"),
                var version => ApiError.Bad("anthropic-version", $"\"{version}\" is not a valid version"),
            };
    }

    /// <summary>True when a fault has answered in place of the endpoint.</summary>
    private async Task<bool> FailsAsync(HttpContext context)
    {
        var method = context.Request.Method;
        var path = context.Request.Path.Value!;
        var vendor = context.Request.VendorOf();
        if (world.Faults.StrikesRoute(FaultKind.RateLimit, method, path, out var setting))
        {
            SetRetryAfter(context, setting.RetryAfter ?? 1);
            await context.WriteErrorAsync(vendor == Vendor.Anthropic
                ? new ApiError(429, "This request would exceed your organization's rate limit. Please try again later.")
                : new ApiError(429, "Rate limit reached for requests. Please try again later.", "requests", Code: "rate_limit_exceeded"));
            return true;
        }

        if (world.Faults.StrikesRoute(FaultKind.InsufficientQuota, method, path, out _))
        {
            await context.WriteErrorAsync(vendor == Vendor.Anthropic
                ? new ApiError(429, "You have reached your specified API usage limits.", Code: ApiError.SpendLimit)
                : new ApiError(429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", Code: "insufficient_quota"));
            return true;
        }

        if (world.Faults.StrikesRoute(FaultKind.ServerError, method, path, out setting))
        {
            SetRetryAfter(context, setting.RetryAfter);
            var status = setting.Status ?? 500;
            await context.WriteErrorAsync(new ApiError(status, status == 529 ? "Overloaded" : "The server had an error while processing your request.", "server_error"));
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
