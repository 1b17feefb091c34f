using Leeway.Adapters.Wire;
using Leeway.Classification;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Leeway.Ledger;
using Leeway.RealTime;
using Leeway.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Route = Leeway.Routing.Route;

namespace Leeway.Gateway.Ingress.Messages;

/// <summary>
/// <c>POST /v1/messages/count_tokens</c>: by the provider where one of the model's deployments has it, else an estimate that says that it is
/// one. Free, answered at once whatever the base path says, and never in the ledger.
/// </summary>
internal sealed class TokenCountRoute(RouteTable routes, IEnumerable<IProvider> providers, FreeCall free, IConfigSource config)
{
    private readonly Dictionary<string, IProvider> _providers = providers.ToDictionary(provider => provider.Kind);

    public void Map(IEndpointRouteBuilder to) => to.MapPost(Endpoints.CountTokens, CountAsync);

    private async Task CountAsync(HttpContext context)
    {
        LimitsConfig limits = config.Current.Server.Limits;
        if (MediaTypes.CheckJson(context.Request) is { } refused)
        {
            await ProblemWriter.WriteAsync(context, refused);
            return;
        }

        (RequestBody body, bool fits) = await RequestBody.ReadAsync(context, limits.BodyBytes);
        using (body)
        {
            if (!fits)
            {
                await ProblemWriter.WriteAsync(context, BodyProblems.TooLarge(context.Request.ContentLength, limits.BodyBytes));
                return;
            }

            Route? route = Find(context, body.Memory.Span, limits.Depth, out BodyShape shape, out Problem? problem);
            if (route is null)
            {
                await ProblemWriter.WriteAsync(context, problem!);
                return;
            }

            RequestIdHeader.Set(context);
            await AnswerAsync(context, route, body.Memory, shape);
        }
    }

    private async Task AnswerAsync(HttpContext context, Route route, ReadOnlyMemory<byte> body, BodyShape shape)
    {
        if (route.Deployments.FirstOrDefault(one => Counts(one, body.Span)) is not { } deployment)
        {
            context.Response.Headers["Leeway-Estimated"] = "true";
            await context.Response.WriteJsonAsync(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("input_tokens", TokenEstimator.Estimate(body.Span));
                json.WriteBoolean("leeway_estimated", true);
                json.WriteEndObject();
            });
            return;
        }

        var call = new ProviderCall(Endpoints.CountTokens, body, shape) { BetaFeatures = context.Request.Headers["anthropic-beta"] };
        FreeAnswer answer = await free.SendAsync(deployment, cancellationToken => _providers[deployment.Kind].SendAsync(deployment, call, cancellationToken), context.RequestAborted);
        await (answer.Error is { } error
            ? ProblemWriter.WriteAsync(context, ProviderProblems.From(error))
            : context.Response.WriteJsonAsync(answer.Body));
    }

    /// <summary>Whether a deployment can be asked: what it cannot be told is no reason to refuse a count, which can be estimated.</summary>
    private bool Counts(Deployment deployment, ReadOnlySpan<byte> body) => _providers[deployment.Kind].Capabilities.ServingOf(deployment, Endpoints.CountTokens) switch
    {
        Serving.Native => true,
        Serving.Translated => _providers[deployment.Kind].FindUncarried(deployment, Endpoints.CountTokens, body) is null,
        _ => false,
    };

    private Route? Find(HttpContext context, ReadOnlySpan<byte> body, int maxDepth, out BodyShape shape, out Problem? problem)
    {
        shape = default;
        if (body.IsEmpty)
        {
            problem = BodyProblems.Empty();
            return null;
        }

        if (!OpenAIBody.TryScan(body, out OpenAIBodyScan scan, out BodyProblem wrong, maxDepth))
        {
            problem = BodyProblems.From(wrong);
            return null;
        }

        shape = scan.Shape;
        (string model, _) = ModelName.Split(scan.Model, routes.IsKnown);
        Principal caller = Principal.Of(context);
        if (!caller.Allows(model))
        {
            problem = AccessProblems.Model(caller, model);
            return null;
        }

        (Route? route, RouteProblem? missing) = routes.Resolve(model);
        problem = missing is null ? null : BodyProblems.From(missing);
        return route;
    }
}
