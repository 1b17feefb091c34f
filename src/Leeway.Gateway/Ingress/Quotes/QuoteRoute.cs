using Leeway.Gateway.Access;
using Leeway.Gateway.Hosting;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Ingress.Responses;
using Leeway.Gateway.Problems;
using Leeway.Ledger;
using Leeway.Planning.Quotes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Ingress.Quotes;

/// <summary>
/// <c>POST /leeway/quote</c>: what a call would cost and when it would be answered, by each lane. Nothing is stored, sent or billed, and the
/// call is refused as it would be if it were made, a deadline that cannot be met excepted: that is what is asked.
/// </summary>
internal sealed class QuoteRoute(Intake intake, Quoter quoter, PreviousResponses previousResponses, IConfigSource config)
{
    // The members beside the call's own body.
    private const int EnvelopeBytes = 64 * 1024;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/leeway/quote", QuoteAsync);

    private async Task QuoteAsync(HttpContext context)
    {
        LimitsConfig limits = config.Current.Server.Limits;
        if (MediaTypes.CheckJson(context.Request) is { } refused)
        {
            await ProblemWriter.WriteAsync(context, refused);
            return;
        }

        (RequestBody body, bool fits) = await RequestBody.ReadAsync(context, limits.BodyBytes + EnvelopeBytes);
        using (body)
        {
            Problem? problem = !fits ? BodyProblems.TooLarge(context.Request.ContentLength, limits.BodyBytes) : body.Memory.IsEmpty ? Empty() : null;
            if (problem is null && QuoteAsked.Read(body.Memory, context.Request.Headers, limits.Depth, out problem) is { } asked)
            {
                problem = await AnswerAsync(context, asked);
            }

            if (problem is not null)
            {
                await ProblemWriter.WriteAsync(context, problem);
            }
        }
    }

    private async Task<Problem?> AnswerAsync(HttpContext context, QuoteAsked asked)
    {
        ReadOnlyMemory<byte> sent = asked.Body;
        PreviousResponse? previous = null;
        if (asked.Endpoint == Endpoints.Responses)
        {
            (previous, Problem? unknown) = await previousResponses.FindAsync(Principal.Of(context), sent, config.Current.Server.Limits.Depth, context.RequestAborted);
            if (unknown is not null)
            {
                return unknown;
            }

            sent = previous?.Body ?? sent;
        }

        Understood? request = intake.Understand(asked.Headers, asked.Endpoint, asked.By ?? BasePath.Of(context), sent.Span, Principal.Of(context), out Problem? problem, previous);
        if (request is null || (problem = intake.CheckLane(request)) is not null)
        {
            return problem!.Field is { } field && asked.Given.TryGetValue(field, out string? member) ? problem with { Field = member } : problem;
        }

        Quote quote = quoter.Quote(Intake.Subject(request, asked.InputTokens ?? TokenEstimator.Estimate(sent.Span)), request.PromisedAt);
        await context.Response.WriteJsonAsync(json => QuoteObject.Write(json, request, quote, config.Current.Lanes.Batch.Turnaround));
        return null;
    }

    private static Problem Empty() => new()
    {
        Code = "body_missing",
        Message = "The body is empty.",
        Remedy = """Send {"endpoint":"/v1/chat/completions","body":{…},"deadline":"6h"}. Nothing was sent or queued.""",
    };
}
