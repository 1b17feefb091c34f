using Leeway.Gateway.Access;
using Leeway.Gateway.Hosting;
using Leeway.Gateway.Ingress.Responses;
using Leeway.Gateway.Problems;
using Leeway.Hosting;
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
    Intake intake, BudgetDesk desk, RealTimeDispatcher dispatcher, DeferredCall deferred, PreviousResponses previousResponses, ResponseSeal seal, ILedgerStore ledger, IConfigSource config, TimeProvider clock, IdSource ids,
    LeewayInstruments instruments, Faults faults)
{
    /// <summary>Handles the call; null when the path is somebody else's.</summary>
    public Task? TryHandle(HttpContext context)
    {
        // 1.
        if (!InferencePath.TrySplit(context.Request.Path.Value ?? "", out string path, out string? by) || InferencePath.Known(path) is not { } endpoint)
        {
            return null;
        }

        return !HttpMethods.IsPost(context.Request.Method) ? RefuseAsync(context, endpoint)
            : MayWait(context.Request.Headers, by) ? PatientWork.RunAsync(() => HandleAsync(context, endpoint, by))
            : HandleAsync(context, endpoint, by);
    }

    // What its headers or its path say already; a model's name, a rule or a body tell later.
    private static bool MayWait(IHeaderDictionary headers, string? by) => by is not null || headers.ContainsKey("Leeway-Deadline") || headers.ContainsKey("Prefer");

    private static async Task RefuseAsync(HttpContext context, string endpoint)
    {
        context.Response.Headers.Allow = HttpMethods.Post;
        await ProblemWriter.WriteAsync(context, NotFound.Method(context.Request.Method, endpoint, HttpMethods.Post));
    }

    private async Task HandleAsync(HttpContext context, string endpoint, string? by)
    {
        long receivedAt = clock.GetTimestamp();
        RequestBody body = default;
        try
        {
            if (MediaTypes.CheckJson(context.Request) is { } refused)
            {
                await ProblemWriter.WriteAsync(context, refused);
                return;
            }

            long limit = config.Current.Server.Limits.BodyBytes;
            (body, bool fits) = await RequestBody.ReadAsync(context, limit);
            if (!fits)
            {
                await ProblemWriter.WriteAsync(context, BodyProblems.TooLarge(context.Request.ContentLength, limit));
                return;
            }

            // 2.
            ReadOnlyMemory<byte> sent = body.Memory;
            PreviousResponse? previous = null;
            if (endpoint == Endpoints.Responses)
            {
                (previous, Problem? unknown) = await previousResponses.FindAsync(Principal.Of(context), sent, config.Current.Server.Limits.Depth, context.RequestAborted);
                if (unknown is not null)
                {
                    await ProblemWriter.WriteAsync(context, unknown);
                    return;
                }

                sent = previous?.Body ?? sent;
            }

            Understood? request = Understand(context, endpoint, by, sent.Span, previous, out Problem? problem);
            if (request is null)
            {
                await ProblemWriter.WriteAsync(context, problem!);
                return;
            }

            if (!request.Classified.IsImmediate || request.IsBackground)
            {
                // 4.
                await PatientWork.RunAsync(() => deferred.HandleAsync(context, request, sent));
                return;
            }

            if (CheckImmediate(context, request, sent.Span) is { } pointless)
            {
                await ProblemWriter.WriteAsync(context, pointless);
                return;
            }

            // 3.
            var id = new RequestId(ids.Next());
            var sink = new HttpAnswerSink(context, id, request.Endpoint, clock, receivedAt);
            decimal? reserved = desk.Holds(request.Caller) ? intake.Reservation(request, TokenEstimator.Estimate(sent.Span)) : null;
            if (reserved is not null && await desk.SetAsideAsync(id, request.Caller.Label, reserved, context.RequestAborted) is { } overBudget)
            {
                await ProblemWriter.WriteAsync(context, overBudget);
                return;
            }

            RealTimeOutcome outcome;
            try
            {
                outcome = await PatientWork.LeaveAsync(() => SendNowAsync(context, request, sent, id, sink));
                if (outcome.Entry is { } entry)
                {
                    ledger.Append(entry);
                }
            }
            finally
            {
                desk.GiveBack(id, request.Caller.Label, reserved);
            }

            if (outcome.Error is not null && !outcome.Started && outcome.Error.Kind != ProviderErrorKind.CallerLeft)
            {
                context.Response.Headers["Leeway-Request-Id"] = id.ToString();
                await ProblemWriter.WriteAsync(context, ProviderProblems.From(outcome.Error));
            }

            instruments.Overhead.Record(sink.Overhead.TotalMilliseconds);
        }
        catch (Exception exception) when (Faults.CanAnswer(context, exception))
        {
            await faults.AnswerAsync(context, exception);
        }
        finally
        {
            body.Dispose();
        }
    }

    // Apart from what waits: what is on the stack here is not kept, nor cleared when the answer is there.
    private Task<RealTimeOutcome> SendNowAsync(HttpContext context, Understood request, ReadOnlyMemory<byte> sent, RequestId id, HttpAnswerSink sink)
    {
        var call = new ProviderCall(request.Endpoint, sent, request.Scan.Shape)
        {
            BetaFeatures = request.Endpoint == Endpoints.Messages ? context.Request.Headers["anthropic-beta"] : (string?)null,
        };
        return dispatcher.DispatchAsync(
            new RealTimeRequest(id, 1, request.Endpoint, request.Route, call, request.Classified.Priority, request.Caller.Label),
            request.Endpoint == Endpoints.Responses ? new ResponseSink(sink, context, seal, request.Caller.Team, request.Previous) : sink,
            context.RequestAborted);
    }

    private Understood? Understand(HttpContext context, string endpoint, string? by, ReadOnlySpan<byte> body, PreviousResponse? previous, out Problem? problem)
    {
        if (body.IsEmpty)
        {
            problem = BodyProblems.Empty();
            return null;
        }

        return intake.Understand(context.Request.Headers, endpoint, by is null ? null : Uri.UnescapeDataString(by), body, Principal.Of(context), out problem, previous);
    }

    private Problem? CheckImmediate(HttpContext context, Understood request, ReadOnlySpan<byte> body) => request.Classified.Pinned switch
    {
        Lane.Batch or Lane.Flex => LaneProblems.PinNeedsDeadline(request.Classified.Pinned.Value),
        null or Lane.RealTime => WaitingHeaders.CheckImmediate(context.Request.Headers)
            ?? (request.Classified.MaxCost is null ? null : intake.CheckCost(request, Lane.RealTime, TokenEstimator.Estimate(body))),
        { } lane => LaneProblems.NotBuilt(lane),
    };
}
