using System.Buffers;
using System.IO.Pipelines;
using Leeway.Gateway.Ingress.ChatCompletions;
using Leeway.Gateway.Problems;
using Leeway.Results;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>
/// Holds a caller's connection until its request ends. A plain call gets 408 when the hold limit comes, which official SDKs answer by
/// sending it again: that retry re-attaches. A streaming call is kept alive with comments for as long as it takes, and then gets the
/// answer as chunks.
/// </summary>
internal sealed class HeldConnection(IRequestStore requests, ResultWaiters waiters, Reattachment reattachment, IConfigSource config, TimeProvider clock)
{
    /// <summary>Waits at most <paramref name="wait"/>; whether the request has ended.</summary>
    public async Task<bool> WaitBrieflyAsync(HttpContext context, RequestId id, TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero)
        {
            return false;
        }

        using ResultWaiters.Waiter waiter = waiters.Register(id);
        return await EndedAsync(id, waiter, wait, context.RequestAborted) is not null;
    }

    /// <summary>Holds and answers.</summary>
    public async Task AnswerAsync(HttpContext context, RequestId id, DateTimeOffset deadline, bool stream, bool includeUsage)
    {
        using ResultWaiters.Waiter waiter = waiters.Register(id);
        if (stream)
        {
            await StreamAsync(context, id, waiter, includeUsage);
            return;
        }

        HoldConfig hold = config.Current.Hold;
        if (await EndedAsync(id, waiter, hold.Max, context.RequestAborted) is not { } end)
        {
            await ProblemWriter.WriteAsync(context, new Problem
            {
                Code = "hold_expired",
                Message = $"The request {id} is still queued; its deadline is {Json.Instant(deadline)}. The connection was held for {hold.Max.TotalSeconds:0} s (hold.max).",
                Remedy = $"Send the same request again to wait on (official SDKs do), or fetch it at /leeway/requests/{id}. It is paid once.",
                RetryAfter = TimeSpan.FromSeconds(1),
            });
            return;
        }

        AnswerHeaders.Ended(context.Response.Headers, end);
        context.Response.StatusCode = end.Result.StatusCode;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = end.Result.Body.Length;
        if (end.To != RequestState.Succeeded)
        {
            context.Response.Headers["x-should-retry"] = "false";
        }

        await context.Response.Body.WriteAsync(end.Result.Body, context.RequestAborted);
        reattachment.HandedOver(id);
    }

    private async Task StreamAsync(HttpContext context, RequestId id, ResultWaiters.Waiter waiter, bool includeUsage)
    {
        TimeSpan heartbeat = config.Current.Hold.Heartbeat;
        PipeWriter output = context.Response.BodyWriter;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        FinishedRequest? end = await EndedAsync(id, waiter, TimeSpan.Zero, context.RequestAborted);
        while (end is null)
        {
            output.Write(": queued by Leeway\n\n"u8);
            await output.FlushAsync(context.RequestAborted);
            end = await EndedAsync(id, waiter, heartbeat, context.RequestAborted);
        }

        if (end.To == RequestState.Succeeded)
        {
            ChunkWriter.Write(end.Result.Body, output, includeUsage);
        }
        else
        {
            output.Write("data: "u8);
            output.Write(end.Result.Body.Span);
            output.Write("\n\n"u8);
        }

        await output.FlushAsync(context.RequestAborted);
        reattachment.HandedOver(id);
    }

    // The store is looked at after the waiter is registered, so an end between the two is seen.
    private async Task<FinishedRequest?> EndedAsync(RequestId id, ResultWaiters.Waiter waiter, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (waiter.Ended.IsCompleted)
        {
            return await waiter.Ended;
        }

        if (await requests.FindAsync(id, cancellationToken) is { Result: { } result } record && record.Request.State.IsEnded())
        {
            return new FinishedRequest
            {
                Id = id,
                Attempt = record.Request.Attempts,
                To = record.Request.State,
                Outcome = record.Attempts is [.., { Outcome: { } outcome }] ? outcome : "",
                Lane = record.Lane,
                Result = result,
                At = record.FinishedAt ?? clock.GetUtcNow(),
                Entry = record.Entries is [.., { } entry] ? entry : null,
            };
        }

        if (wait <= TimeSpan.Zero)
        {
            return null;
        }

        try
        {
            return await waiter.Ended.WaitAsync(wait, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
