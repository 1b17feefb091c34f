using System.Buffers;
using System.IO.Pipelines;
using Leeway.Gateway.Ingress.Responses;
using Leeway.Gateway.Problems;
using Leeway.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>
/// Holds a caller's connection until its request ends. A plain call gets 408 when the hold limit comes, which official SDKs answer by
/// sending it again: that retry re-attaches. A streaming call is kept alive with comments for as long as it takes, and then gets the
/// answer as chunks.
/// </summary>
internal sealed class HeldConnection(
    IRequestStore requests, StoredResponses responses, ResultWaiters waiters, Pickups pickups, IConfigSource config, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Waits at most <paramref name="wait"/>; whether the request has ended.</summary>
    public async Task<bool> WaitBrieflyAsync(HttpContext context, RequestId id, TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero)
        {
            return false;
        }

        using ResultWaiters.Waiter waiter = waiters.Register(id);
        using CancellationTokenSource leaving = Leaving(context);
        TimeSpan limit = config.Current.Hold.Max;
        try
        {
            return await EndedAsync(id, waiter, wait < limit ? wait : limit, leaving.Token) is not null;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // Stopping: where to poll is answer enough.
            return false;
        }
    }

    /// <summary>Holds and answers; whether the caller got the request's result.</summary>
    public async Task<bool> AnswerAsync(HttpContext context, string endpoint, RequestId id, DateTimeOffset deadline, bool stream, bool includeUsage)
    {
        if (stream)
        {
            return await StreamAsync(context, id, endpoint == Endpoints.Responses ? new ResponseStream(responses, id, after: -1) : new WholeAnswerStream(endpoint, id, includeUsage));
        }

        using ResultWaiters.Waiter waiter = waiters.Register(id);
        using CancellationTokenSource leaving = Leaving(context);
        return await AnswerWholeAsync(context, endpoint, id, deadline, waiter, leaving.Token);
    }

    /// <summary>Holds and streams; whether the caller got the end.</summary>
    public async Task<bool> StreamAsync(HttpContext context, RequestId id, IHeldStream stream)
    {
        using ResultWaiters.Waiter waiter = waiters.Register(id);
        using CancellationTokenSource leaving = Leaving(context);
        return await StreamAsync(context, id, stream, waiter, leaving.Token);
    }

    private async Task<bool> AnswerWholeAsync(HttpContext context, string endpoint, RequestId id, DateTimeOffset deadline, ResultWaiters.Waiter waiter, CancellationToken leaving)
    {
        TimeSpan limit = config.Current.Hold.Max;
        FinishedRequest? end;
        try
        {
            end = await EndedAsync(id, waiter, limit, leaving);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await ProblemWriter.WriteAsync(context, Stopping(id));
            return false;
        }

        if (end is null)
        {
            await ProblemWriter.WriteAsync(context, new Problem
            {
                Code = "hold_expired",
                Message = $"The request {id} is still queued; its deadline is {Json.Instant(deadline)}. The connection was held for {limit.TotalSeconds:0} s (hold.max).",
                Remedy = $"Send the same request again to wait on (official SDKs do), or fetch it at /leeway/requests/{id}. It is paid once.",
                RetryAfter = TimeSpan.FromSeconds(1),
            });
            return false;
        }

        AnswerHeaders.Ended(context.Response.Headers, end);
        context.Response.StatusCode = end.Result.StatusCode;
        context.Response.ContentType = "application/json";
        ReadOnlyMemory<byte> body = endpoint == Endpoints.Responses && end.To == RequestState.Succeeded && await responses.FindAsync(id, leaving) is { } response
            ? response.Write()
            : end.Result.Body;
        context.Response.ContentLength = body.Length;
        if (end.To != RequestState.Succeeded)
        {
            context.Response.Headers["x-should-retry"] = "false";
        }

        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        await pickups.NoteAsync([id], PickupWay.Held);
        return true;
    }

    private async Task<bool> StreamAsync(HttpContext context, RequestId id, IHeldStream stream, ResultWaiters.Waiter waiter, CancellationToken leaving)
    {
        TimeSpan heartbeat = config.Current.Hold.Heartbeat;
        PipeWriter output = context.Response.BodyWriter;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        FinishedRequest? end;
        try
        {
            await stream.OpenAsync(output, leaving);
            end = await EndedAsync(id, waiter, TimeSpan.Zero, leaving);
            while (end is null)
            {
                output.Write(": queued by Leeway\n\n"u8);
                await output.FlushAsync(leaving);
                end = await EndedAsync(id, waiter, heartbeat, leaving);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            stream.Break(output, Stopping(id));
            await output.FlushAsync(context.RequestAborted);
            return false;
        }

        await stream.CloseAsync(output, end, context.RequestAborted);
        await output.FlushAsync(context.RequestAborted);
        await pickups.NoteAsync([id], PickupWay.Held);
        return true;
    }

    // A gateway that stops lets its callers go at once: they come back to the next one, and the queue is durable.
    private CancellationTokenSource Leaving(HttpContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);

    private static Problem Stopping(RequestId id) => new()
    {
        Code = "gateway_stopping",
        Message = $"This gateway is stopping; the request {id} stays queued.",
        Remedy = $"Send the same request again to wait on (official SDKs do), or fetch it at /leeway/requests/{id}. It is paid once.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    // The store is looked at after the waiter is registered, so an end between the two is seen. One that is away has accepted the request all the
    // same: the end is told, or found by a later look.
    private async Task<FinishedRequest?> EndedAsync(RequestId id, ResultWaiters.Waiter waiter, TimeSpan wait, CancellationToken cancellationToken)
    {
        long begun = clock.GetTimestamp();
        while (!waiter.Ended.IsCompleted)
        {
            bool isAway = false;
            try
            {
                if (await requests.FindAsync(id, cancellationToken) is { } record && RecordedEnd.Of(record, clock.GetUtcNow()) is { } end)
                {
                    return end;
                }
            }
            catch (StorageUnavailableException)
            {
                isAway = true;
            }

            TimeSpan left = wait - clock.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero)
            {
                return null;
            }

            try
            {
                return await waiter.Ended.WaitAsync(isAway && left > s_lookAgain ? s_lookAgain : left, clock, cancellationToken);
            }
            catch (TimeoutException) when (isAway)
            {
                // Looked at again.
            }
            catch (TimeoutException)
            {
                return null;
            }
        }

        return await waiter.Ended;
    }
}
