using System.Text;
using Leeway.Adapters.Wire;
using Leeway.Classification;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Batches;
using Leeway.Gateway.Ingress.Responses;
using Leeway.Gateway.Problems;
using Leeway.Ledger;
using Leeway.Ledger.Budgets;
using Leeway.Planning;
using Leeway.Planning.Flex;
using Leeway.Planning.Quotes;
using Leeway.Routing;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Understands a request, or says why it cannot be: the same for a plain call and for a run's line.</summary>
internal sealed class Intake(RequestClassifier classifier, RouteTable routes, CarrierFilter carriers, LanePlanner planner, FlexGate flex, Quoter quoter, CostLedger ledger, BudgetBook budgets, IConfigSource config, IdSource ids)
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
    /// <param name="wait">The deadline or priority of where it came from, which goes before the key's; or null.</param>
    public Understood? Understand(
        IHeaderDictionary headers, string endpoint, string? by, ReadOnlySpan<byte> body, Principal caller, out Problem? problem, PreviousResponse? previous = null,
        ClientBatch? batch = null, string? wait = null)
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

        RequestSignals signals = Signals.Gather(headers, by, suffix, scan) with { KeyDefault = wait ?? caller.Key?.DefaultWait, CompletionWindow = batch?.Terms.Window };
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

            // A clock that was ahead when the batch was made would have its lines promised from an instant that is still to come.
            PromisedAt = batch?.CreatedAt < classified.AcceptedAt ? batch.CreatedAt : classified.AcceptedAt,
            IsAgreed = batch is not null,
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

    /// <summary>
    /// Checks a deferred request against its pinned lane, its deadline and its price, with the numbers. A deadline that no lane can be relied
    /// on to meet is refused or answered at once, as <c>deadlines.infeasible</c> says; one that was agreed to earlier, as a batch's
    /// lines have it, is never refused on a forecast.
    /// </summary>
    public Problem? CheckDeferred(Understood request, int estimatedInput)
    {
        if (CheckLane(request) is { } unavailable)
        {
            return unavailable;
        }

        if (request.Classified.IsImmediate)
        {
            return CheckCost(request, Lane.RealTime, estimatedInput);
        }

        DeadlinesConfig deadlines = config.Current.Deadlines;
        QuoteSubject subject = Subject(request, estimatedInput);
        (LanePlan plan, bool feasible) = quoter.Judge(subject, request.PromisedAt);
        if (!feasible)
        {
            if (deadlines.Infeasible != InfeasibleRule.RealTime && !(request.IsAgreed && plan.Basis is not null))
            {
                return InfeasibleProblem.Of(quoter.Quote(subject, request.PromisedAt), config.Current);
            }

            request.GoesAtOnce = true;
        }

        request.Plan = request.GoesAtOnce ? plan with { Lane = Lane.RealTime, DispatchLane = Lane.RealTime, DispatchAt = request.Classified.AcceptedAt } : plan;

        return CheckCost(request, request.GoesAtOnce ? Lane.RealTime : plan.Lane, estimatedInput);
    }

    /// <summary>Checks whether the lane that a request is pinned to can take it.</summary>
    public Problem? CheckLane(Understood request) => request.Classified.Pinned switch
    {
        Lane.Cache or Lane.SelfHosted => LaneProblems.NotBuilt(request.Classified.Pinned.Value),
        Lane.Batch or Lane.Flex when request.Classified.IsImmediate => LaneProblems.PinNeedsDeadline(request.Classified.Pinned.Value),
        Lane.Flex when flex.WhyNone(request.Route.Primary, request.Endpoint, request.Classified.AcceptedAt) is { } why => LaneProblems.NoFlex(request.Route.Primary, why),
        Lane.Batch when !planner.CanBatch(request.Route.Primary, request.Endpoint) => LaneProblems.NoBatch(request.Route.Primary, request.Endpoint),
        Lane.Batch when request.Unbatchable is { } kept => BodyProblems.From(kept),
        _ => null,
    };

    /// <summary>The request as the planner sees it.</summary>
    public static QuoteSubject Subject(Understood request, int estimatedInput) => new(
        new QueuedRequest
        {
            Id = default,
            State = RequestState.Queued,
            Priority = request.Classified.Priority,
            Group = new GroupKey(request.Route.Primary.Id, request.Endpoint, request.Model),
            AcceptedAt = request.Classified.AcceptedAt,
            Deadline = request.Classified.Deadline,
            PinnedLane = PinOf(request),
            EstimatedInputTokens = estimatedInput,
            Caller = request.Caller.Label,
            Team = request.Caller.Team,
        },
        request.Route.Primary, estimatedInput, OutputTokens(request), request.Unbatchable);

    /// <summary>Checks what the request may cost in a lane against the caller's limit.</summary>
    public Problem? CheckCost(Understood request, Lane lane, int estimatedInput) =>
        request.Classified.MaxCost is { } max && Estimate(request, lane, estimatedInput).Cost is { } cost && cost > max
            ? LaneProblems.TooExpensive(max, cost, lane)
            : null;

    /// <summary>USD that the request may cost at most, to be set aside on its caller's budgets; null where there are none.</summary>
    public decimal? Reservation(Understood request, int estimatedInput) => budgets.Holds(request.Caller.Label)
        ? ledger.Most(
            request.Route.Deployments, estimatedInput, OutputTokens(request), request.Scan.ServiceTier is "priority" or "fast", mayBeBatched: !request.Classified.IsImmediate,
            request.Classified.AcceptedAt)
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
        PinnedLane = PinOf(request),
        EstimatedInputTokens = estimatedInput,
        Prefix = PrefixKey.Of(Part(body, request.Scan.Tools), Part(body, request.Scan.Instructions), Part(body, request.Scan.Prompt)),
        Caller = request.Caller.Label,
        Team = request.Caller.Team,
        Reserved = Reservation(request, estimatedInput),
        MetadataJson = request.Scan.Metadata.Length > 0 ? Encoding.UTF8.GetString(body.Span.Slice(request.Scan.Metadata.Start, request.Scan.Metadata.Length)) : null,
        MaxCost = request.Classified.MaxCost,
        Plan = request.Plan is { Basis: not null } plan ? new PlanNote(PlanText.Of(plan), plan.DispatchAt) : null,
    };

    private static ReadOnlySpan<byte> Part(ReadOnlyMemory<byte> body, ByteRange range) => body.Span.Slice(range.Start, range.Length);

    // What its batches do not take, and what must go at once, is not left to the planner.
    private static Lane? PinOf(Understood request) =>
        request.Classified.IsImmediate || (request.Unbatchable is not null && request.Classified.Pinned != Lane.Flex) || request.GoesAtOnce ? Lane.RealTime : request.Classified.Pinned;

    private (decimal? Cost, decimal? List) Estimate(Understood request, Lane lane, int estimatedInput) =>
        ledger.Estimate(request.Route.Primary, lane, estimatedInput, OutputTokens(request), request.Classified.AcceptedAt);

    private static int OutputTokens(Understood request)
    {
        bool answers = request.Endpoint != Endpoints.Embeddings;
        long output = answers ? Math.Clamp(request.Scan.MaxOutputTokens ?? AssumedOutputTokens, 0, 1_000_000) * Math.Max(1, request.Scan.Choices) : 0;
        return (int)Math.Min(output, int.MaxValue);
    }
}
