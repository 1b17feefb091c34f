using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Vendors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Wire;

/// <summary>What every call of a vendor's API passes first: standard headers, the count, the credentials, and the faults that strike before any work.</summary>
internal sealed class Front(SandboxWorld world)
{
    private static readonly TimeSpan s_slowFirstByte = TimeSpan.FromSeconds(30);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (OwnerOf(context.Request) is not { } vendor)
            {
                await next(context);
                return;
            }

            context.Features.Set(vendor);
            vendor.AddHeaders(context);
            if (!IsSpoken(vendor))
            {
                await context.WriteErrorAsync(new ApiError(404, $"This sandbox does not speak the API of {vendor.Kind}."));
                return;
            }

            var handler = vendor.HandlerOf(context.Request);
            var route = handler?.Name ?? (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? context.Request.Path.Value;
            world.Ledger.CountCall($"{context.Request.Method} {route}");
            if (await vendor.RefusalAsync(context) is { } refusal)
            {
                await context.WriteErrorAsync(refusal);
            }
            else if (!await FailsAsync(context, vendor))
            {
                await vendor.ServeAsync(context, handler?.Answer ?? next);
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

    /// <summary>The last vendor listed that calls the request its own.</summary>
    private Vendor? OwnerOf(HttpRequest request) => world.Vendors.LastOrDefault(vendor => vendor.Owns(request));

    private bool IsSpoken(Vendor vendor) => world.Options.Kind.HasFlag(vendor.Kind);

    /// <summary>True when a fault has answered in place of the endpoint.</summary>
    private async Task<bool> FailsAsync(HttpContext context, Vendor vendor)
    {
        var method = context.Request.Method;
        var path = context.Request.Path;
        var isRealTime = vendor.IsRealTime(path);
        if (world.Faults.StrikesRoute(FaultKind.RateLimit, method, path, isRealTime, out var setting))
        {
            await context.WriteErrorAsync(vendor.RateLimited() with { RetryAfter = setting.RetryAfter ?? 1 });
            return true;
        }

        if (world.Faults.StrikesRoute(FaultKind.InsufficientQuota, method, path, isRealTime, out _))
        {
            await context.WriteErrorAsync(vendor.QuotaSpent());
            return true;
        }

        if (world.Faults.StrikesRoute(FaultKind.ServerError, method, path, isRealTime, out setting))
        {
            await context.WriteErrorAsync(vendor.ServerError(setting.Status ?? 500) with { RetryAfter = setting.RetryAfter });
            return true;
        }

        if (world.Faults.StrikesRoute(FaultKind.SlowFirstByte, method, path, isRealTime, out setting))
        {
            using var leaving = world.LinkToShutdown(context.RequestAborted);
            await world.Clock.DelayAsync(setting.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : s_slowFirstByte, leaving.Token);
        }

        return false;
    }
}
