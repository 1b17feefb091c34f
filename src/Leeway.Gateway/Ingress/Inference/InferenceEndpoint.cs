using Leeway.Gateway.Access;
using Leeway.Gateway.Problems;
using Leeway.Ledger;
using Leeway.RealTime;
using Leeway.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>
/// The front door for inference calls.
/// <list type="number">
/// <item>Take the path apart; read the body, within the limit.</item>
/// <item>Understand it: one walk over its top level, the signals, the route.</item>
/// <item>Urgent: send it now and relay the answer. Nothing is stored but the ledger entry.</item>
/// <item>Deferred: make it durable, then hold the connection or answer 202.</item>
/// </list>
/// </summary>
internal sealed class InferenceEndpoint(
    Intake intake, RealTimeDispatcher dispatcher, DeferredCall deferred, ILedgerStore ledger, IConfigSource config, TimeProvider clock, IdSource ids,
    LeewayInstruments instruments)
{
    /// <summary>Handles the call; null when the path is somebody else's.</summary>
    public Task? TryHandle(HttpContext context)
    {
        // 1.
        if (!InferencePath.TrySplit(context.Request.Path.Value ?? "", out string path, out string? by) || InferencePath.Known(path) is not { } endpoint)
        {
            return null;
        }

        return HttpMethods.IsPost(context.Request.Method) ? HandleAsync(context, endpoint, by) : RefuseAsync(context, endpoint);
    }

    private static async Task RefuseAsync(HttpContext context, string endpoint)
    {
        context.Response.Headers.Allow = HttpMethods.Post;
        await ProblemWriter.WriteAsync(context, NotFound.Method(context.Request.Method, endpoint, HttpMethods.Post));
    }

    private async Task HandleAsync(HttpContext context, string endpoint, string? by)
    {
        long receivedAt = clock.GetTimestamp();
        if (MediaTypes.CheckJson(context.Request) is { } refused)
        {
            await ProblemWriter.WriteAsync(context, refused);
            return;
        }

        long limit = config.Current.Server.Limits.BodyBytes;
        (RequestBody body, bool fits) = await RequestBody.ReadAsync(context, limit);
        using (body)
        {
            if (!fits)
            {
                await ProblemWriter.WriteAsync(context, BodyProblems.TooLarge(context.Request.ContentLength, limit));
                return;
            }

            if (body.Memory.IsEmpty)
            {
                await ProblemWriter.WriteAsync(context, BodyProblems.Empty());
                return;
            }

            // 2.
            Understood? request = intake.Understand(
                context.Request.Headers, endpoint, by is null ? null : Uri.UnescapeDataString(by), body.Memory.Span, Principal.Of(context), out Problem? problem);
            if (request is null)
            {
                await ProblemWriter.WriteAsync(context, problem!);
                return;
            }

            if (request.Classified.IsImmediate && !request.IsBackground)
            {
                await (request.Classified.Pinned is null or Lane.RealTime
                    ? AnswerNowAsync(context, request, body.Memory, receivedAt)
                    : ProblemWriter.WriteAsync(
                        context, request.Classified.Pinned == Lane.Batch ? LaneProblems.PinNeedsDeadline() : LaneProblems.NotBuilt(request.Classified.Pinned.Value)));
                return;
            }

            // 4.
            await deferred.HandleAsync(context, request, body.Memory);
        }
    }

    // 3.
    private async Task AnswerNowAsync(HttpContext context, Understood request, ReadOnlyMemory<byte> body, long receivedAt)
    {
        if (WaitingHeaders.CheckImmediate(context.Request.Headers) is { } pointless)
        {
            await ProblemWriter.WriteAsync(context, pointless);
            return;
        }

        if (request.Classified.MaxCost is not null && intake.CheckCost(request, Lane.RealTime, TokenEstimator.Estimate(body.Span)) is { } tooExpensive)
        {
            await ProblemWriter.WriteAsync(context, tooExpensive);
            return;
        }

        var id = new RequestId(ids.Next());
        var sink = new HttpAnswerSink(context, id, request.Endpoint, clock, receivedAt);
        var call = new ProviderCall(request.Endpoint, body, request.Scan.Shape);
        RealTimeOutcome outcome = await dispatcher.DispatchAsync(
            new RealTimeRequest(id, 1, request.Endpoint, request.Route, call, request.Classified.Priority, request.Caller.Label), sink, context.RequestAborted);
        if (outcome.Entry is { } entry)
        {
            ledger.Append(entry);
        }

        if (outcome.Error is not null && !outcome.Started && outcome.Error.Kind != ProviderErrorKind.CallerLeft)
        {
            context.Response.Headers["Leeway-Request-Id"] = id.ToString();
            await ProblemWriter.WriteAsync(context, ProviderProblems.From(outcome.Error));
        }

        instruments.Overhead.Record(sink.Overhead.TotalMilliseconds);
    }
}
