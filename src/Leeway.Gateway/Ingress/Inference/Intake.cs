using System.Text;
using Leeway.Adapters.Wire;
using Leeway.Classification;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Batches;
using Leeway.Gateway.Ingress.Responses;
using Leeway.Gateway.Problems;
using Leeway.Ledger;
using Leeway.Planning;
using Leeway.Routing;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Understands a request, or says why it cannot be: the same for a plain call and for a run's line.</summary>
internal sealed class Intake(RequestClassifier classifier, RouteTable routes, CarrierFilter carriers, LanePlanner planner, CostLedger ledger, IConfigSource config, IdSource ids)
{
    private static readonly Func<string, string?> NoHeaders = static _ => null;

    // What an answer is taken to cost when the caller sets no limit of tokens.
    private const int AssumedOutputTokens = 500;

    private readonly Func<string, bool> _isKnown = routes.IsKnown;

    /// <summary>Reads body and signals. Changes nothing.</summary>
    /// <param name="headers">Where signals may stand; those of a batch's creation are in its terms.</param>
    /// <param name="endpoint">The path asked for.</param>
    /// <param name="by">The value of the base path, or null.</param>
    /// <param name="body">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="problem">Why it cannot be.</param>
    /// <param name="previous">The response it goes on from, or null.</param>
    /// <param name="batch">The client's batch whose line it is, or null.</param>
    public Understood? Understand(
        IHeaderDictionary headers, string endpoint, string? by, ReadOnlySpan<byte> body, Principal caller, out Problem? problem, PreviousResponse? previous = null,
        ClientBatch? batch = null)
    {
        LeewayConfig current = config.Current;
        if (!OpenAIBody.TryScan(body, out OpenAIBodyScan scan, out BodyProblem bodyProblem, current.Server.Limits.Depth))
        {
            problem = BodyProblems.From(bodyProblem);
            return null;
        }

        problem = EndpointRules.Check(endpoint, scan);
        if (problem is not null)
        {
            return null;
        }

        (string model, string? suffix) = ModelName.Split(scan.Model, _isKnown);
        if (!caller.Allows(model))
        {
            problem = AccessProblems.Model(caller, model);
            return null;
        }

        RequestSignals signals = Signals.Gather(headers, by, suffix, scan) with { KeyDefault = caller.Key?.DefaultWait, CompletionWindow = batch?.Terms.Window };
        Func<string, string?> header = current.Classify.Count == 0 ? NoHeaders : name => headers.TryGetValue(name, out var values) ? values.ToString() : null;
        if (!classifier.TryClassify(signals, endpoint, model, caller.Label, header, out Classified classified, out ClassificationProblem? refused))
        {
            problem = Refusal(refused);
            return null;
        }

        (Route? route, RouteProblem? routeProblem) = routes.Resolve(model);
        if (route is null)
        {
            problem = BodyProblems.From(routeProblem!);
            return null;
        }

        Route? carrying = carriers.Narrow(route, endpoint, body, out FieldProblem? uncarried);
        if (carrying is null)
        {
            problem = BodyProblems.From(uncarried!);
            return null;
        }

        if (endpoint == Endpoints.Responses && scan.PreviousResponse is { } id)
        {
            problem = previous is null ? PreviousResponses.Unknown(id) : null;
            carrying = carrying.At(previous?.Provider ?? "");
            if (carrying is null)
            {
                problem ??= PreviousResponses.Elsewhere(previous!.ClientId, model);
                return null;
            }
        }

        problem = null;
        if (batch is not null)
        {
            classified = BatchTerms.Apply(batch.Terms, classified);
        }

        return new Understood(endpoint, model, carrying, in scan, in classified, caller)
        {
            Previous = previous,
            PromisedAt = batch?.CreatedAt ?? classified.AcceptedAt,
            Unbatchable = classified.IsImmediate ? null : planner.FindUnbatchable(carrying.Primary, endpoint, body),
        };
    }

    /// <summary>A signal's refusal.</summary>
    public static Problem Refusal(ClassificationProblem refused) => new()
    {
        Code = refused.Code,
        Message = refused.Message,
        Field = refused.Field,
        Value = refused.Value,
        Remedy = $"{refused.Remedy} Nothing was sent or queued.",
    };

    /// <summary>Checks a deferred request against its pinned lane, its deadline and its price, with the numbers.</summary>
    public Problem? CheckDeferred(Understood request, int estimatedInput)
    {
        Classified classified = request.Classified;
        if (classified.Pinned is Lane.Cache or Lane.Flex or Lane.SelfHosted)
        {
            return LaneProblems.NotBuilt(classified.Pinned.Value);
        }

        BatchLaneConfig lane = config.Current.Lanes.Batch;
        if (classified.Pinned == Lane.Batch)
        {
            if (!planner.CanBatch(request.Route.Primary, request.Endpoint))
            {
                return LaneProblems.NoBatch(request.Route.Primary, request.Endpoint);
            }

            if (request.Unbatchable is { } kept)
            {
                return BodyProblems.From(kept);
            }

            if (classified.Deadline - request.PromisedAt < lane.Turnaround && config.Current.Deadlines.Infeasible != InfeasibleRule.RealTime)
            {
                (decimal? batch, decimal? list) = Estimate(request, Lane.Batch, estimatedInput);
                return LaneProblems.Infeasible(
                    classified, lane.Turnaround, batch, list, withOptions: config.Current.Deadlines.Infeasible == InfeasibleRule.Offer);
            }
        }

        bool batches = classified.Pinned != Lane.RealTime && request.Unbatchable is null && planner.CanBatch(request.Route.Primary, request.Endpoint)
            && classified.Deadline - request.PromisedAt >= lane.Turnaround;
        return CheckCost(request, batches ? Lane.Batch : Lane.RealTime, estimatedInput);
    }

    /// <summary>Checks what the request may cost in a lane against the caller's limit.</summary>
    public Problem? CheckCost(Understood request, Lane lane, int estimatedInput) =>
        request.Classified.MaxCost is { } max && Estimate(request, lane, estimatedInput).Cost is { } cost && cost > max
            ? LaneProblems.TooExpensive(max, cost, lane == Lane.Batch)
            : null;

    /// <summary>The request to be made durable: what both a call and a run's line come to. The body is copied, since it outlives the connection's buffer, unless it stays in a file.</summary>
    public NewRequest Durable(Understood request, ReadOnlyMemory<byte> body, int estimatedInput, BodyLocation? bodyAt = null) => new()
    {
        Id = new RequestId(ids.Next()),
        Endpoint = request.Endpoint,
        Model = request.Model,
        Deployment = request.Route.Primary.Id,
        Body = bodyAt is null ? body.ToArray() : default,
        BodyAt = bodyAt,
        Priority = request.Classified.Priority,
        Deadline = request.Classified.Deadline,
        AcceptedAt = request.Classified.AcceptedAt,
        PinnedLane = request.Classified.IsImmediate || request.Unbatchable is not null ? Lane.RealTime : EffectivePin(request),
        EstimatedInputTokens = estimatedInput,
        Prefix = PrefixKey.Of(Part(body, request.Scan.Tools), Part(body, request.Scan.Instructions), Part(body, request.Scan.Prompt)),
        Caller = request.Caller.Label,
        Team = request.Caller.Team,
        MetadataJson = request.Scan.Metadata.Length > 0 ? Encoding.UTF8.GetString(body.Span.Slice(request.Scan.Metadata.Start, request.Scan.Metadata.Length)) : null,
        MaxCost = request.Classified.MaxCost,
    };

    private static ReadOnlySpan<byte> Part(ReadOnlyMemory<byte> body, ByteRange range) => body.Span.Slice(range.Start, range.Length);

    /// <summary>The lane a pool of this request would use when it is pinned to batch but the deadline is too near and the rule says real time.</summary>
    private Lane? EffectivePin(Understood request) =>
        request.Classified.Pinned == Lane.Batch
        && request.Classified.Deadline - request.PromisedAt < config.Current.Lanes.Batch.Turnaround
            ? Lane.RealTime
            : request.Classified.Pinned;

    private (decimal? Cost, decimal? List) Estimate(Understood request, Lane lane, int estimatedInput)
    {
        bool answers = request.Endpoint != Endpoints.Embeddings;
        long output = answers ? Math.Clamp(request.Scan.MaxOutputTokens ?? AssumedOutputTokens, 0, 1_000_000) * Math.Max(1, request.Scan.Choices) : 0;
        return ledger.Estimate(request.Route.Primary, lane, estimatedInput, (int)Math.Min(output, int.MaxValue), request.Classified.AcceptedAt);
    }
}
