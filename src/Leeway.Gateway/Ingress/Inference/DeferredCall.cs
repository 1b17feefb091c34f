using Leeway.Gateway.Ingress.Requests;
using Leeway.Gateway.Ingress.Responses;
using Leeway.Gateway.Problems;
using Leeway.Ledger;
using Leeway.Queue;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>
/// A call that may wait: checked, attached to an earlier one when it is that one's retry, else made durable; then answered 202 or held.
/// </summary>
internal sealed class DeferredCall(
    Intake intake, BudgetDesk desk, Reattachment reattachment, HeldConnection held, StoredResponses background, IResponseStore responses, IRequestStore requests, IDeliveryStore deliveries,
    NamedMail mails)
{
    public async Task HandleAsync(HttpContext context, Understood request, ReadOnlyMemory<byte> body)
    {
        IHeaderDictionary headers = context.Request.Headers;
        int estimated = TokenEstimator.Estimate(body.Span);
        Problem? badPreference = Preference.TryRead(headers, out Preference prefer);
        Problem? badKey = WaitingHeaders.TryReadIdempotencyKey(headers, out string? idempotencyKey);
        (WebhookId? webhook, Problem? badWebhook) = await WaitingHeaders.FindWebhookAsync(headers, request.Caller.Team, deliveries, context.RequestAborted);
        (MailId? mail, Problem? badMail) = await mails.FindAsync(headers, request.Caller, context.RequestAborted);
        Problem? problem = badPreference
            ?? (prefer.Async && request.Scan.Shape.Stream ? Preference.StreamCannotBeAsync() : null)
            ?? badKey
            ?? badWebhook
            ?? badMail;
        if (problem is not null)
        {
            await ProblemWriter.WriteAsync(context, problem);
            return;
        }

        AttachKey key = AttachKey.Of(context, request, idempotencyKey, body.Span);
        RequestId id;
        NewRequest? made = null;
        DateTimeOffset deadline = request.Classified.Deadline;
        Reattachment.IHold hold;
        using (await reattachment.EnterAsync(key.Value, context.RequestAborted))
        {
            RequestRecord? earlier = await FindEarlierAsync(context, request, key);
            if (key.BodyHash is not null && earlier?.BodyHash is { } hash && !hash.AsSpan().SequenceEqual(key.BodyHash))
            {
                await ProblemWriter.WriteAsync(context, Reattachment.OtherBody(key.Idempotency!, earlier.Request.Id));
                return;
            }

            // A retry is not judged again: it was accepted, and may already be paid.
            if (earlier is null && intake.CheckDeferred(request, estimated) is { } refusal)
            {
                await ProblemWriter.WriteAsync(context, refusal);
                return;
            }

            made = earlier is null ? intake.Durable(request, body, estimated) with { AttachKey = key.Value, BodyHash = key.BodyHash, Webhook = webhook, Tell = NamedMail.Targets(mail) } : null;
            Func<Task>? keep = request.IsBackground || request.Previous is not null
                ? () => responses.KeepAsync(made!.Id, request.IsBackground, request.Previous?.ClientId, context.RequestAborted)
                : null;
            (id, Problem? overBudget) = earlier is null ? await desk.EnqueueAsync(made!, context.RequestAborted, keep) : (earlier.Request.Id, null);
            if (overBudget is not null)
            {
                await ProblemWriter.WriteAsync(context, overBudget);
                return;
            }

            if (made is not null && id != made.Id)
            {
                // Another node was sent the same key in the same moment.
                (made, earlier) = (null, await requests.FindAsync(id, context.RequestAborted));
                if (earlier?.BodyHash is { } others && !others.AsSpan().SequenceEqual(key.BodyHash))
                {
                    await ProblemWriter.WriteAsync(context, Reattachment.OtherBody(key.Idempotency!, id));
                    return;
                }
            }

            deadline = earlier?.Request.Deadline ?? deadline;
            hold = reattachment.HoldFor(
                key.Value, id, earlier?.Request.AcceptedAt ?? request.Classified.AcceptedAt, isElsewhere: earlier is not null && reattachment.IsElsewhere(earlier));
        }

        using (hold)
        {
            AnswerHeaders.Deferred(context.Response.Headers, request.Endpoint, id, deadline);
            if (prefer.Async && !await held.WaitBrieflyAsync(context, id, prefer.Wait ?? TimeSpan.Zero))
            {
                await RequestObject.WriteAcceptedAsync(context, made is not null && prefer.Wait is null ? AsAccepted(made) : await FindAsync(id, made, context.RequestAborted));
                hold.HandedOver();
            }
            else if (request.IsBackground && !request.Scan.Shape.Stream)
            {
                await background.WriteAsync(context, id);
                hold.HandedOver();
            }
            else if (await held.AnswerAsync(context, request.Endpoint, id, deadline, request.Scan.Shape.Stream, request.Scan.Shape.IncludesUsage))
            {
                hold.HandedOver();
            }
        }
    }

    private Task<RequestRecord?> FindEarlierAsync(HttpContext context, Understood request, in AttachKey key)
    {
        bool isRetry = IsRetry(context.Request.Headers);
        if (key.Idempotency is not null)
        {
            return reattachment.FindByKeyAsync(key.Value, context.RequestAborted);
        }

        // A background call was answered at once, so an equal one is only a retry when it says so.
        return request.IsBackground && !isRetry ? Task.FromResult<RequestRecord?>(null) : reattachment.FindByBodyAsync(key.Value, isRetry, context.RequestAborted);
    }

    // A store that went away while the caller waited has accepted the request all the same.
    private async Task<RequestRecord> FindAsync(RequestId id, NewRequest? made, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.FindAsync(id, cancellationToken) ?? throw new InvalidOperationException($"{id} is gone.");
        }
        catch (StorageUnavailableException) when (made is not null)
        {
            return AsAccepted(made);
        }
    }

    // What the store would give back at once; reading it costs as much as writing it did.
    private static RequestRecord AsAccepted(NewRequest request) => new()
    {
        Request = RequestQueue.AsQueued(request),
        MetadataJson = request.MetadataJson,
        Webhook = request.Webhook,
        Lane = request.PinnedLane ?? Lane.Batch,
    };

    // The official SDKs count their retries.
    private static bool IsRetry(IHeaderDictionary headers) =>
        headers.TryGetValue("x-stainless-retry-count", out var count) && count.ToString() is not ("" or "0");
}
