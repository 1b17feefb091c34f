using System.Text.Json;
using Leeway.Classification;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Leeway.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Ingress.Models;

/// <summary><c>GET /v1/models</c> and one of them: the names this gateway routes.</summary>
internal sealed class ModelRoutes(RouteTable table, RequestClassifier classifier)
{
    // Models have no creation date here; OpenAI's shape wants one.
    private const long Created = 0;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/models", ListAsync);
        routes.MapGet("/v1/models/{**model}", (HttpContext context, string model) => ShowAsync(context, model));
        routes.MapGet("/by/{by}/v1/models", (HttpContext context, string by) => WithBase(context, by, ListAsync));
        routes.MapGet("/by/{by}/v1/models/{**model}", (HttpContext context, string by, string model) => WithBase(context, by, found => ShowAsync(found, model)));
    }

    // Tools ask for the models first, so a bad base is told before the first call.
    private Task WithBase(HttpContext context, string by, Func<HttpContext, Task> answer) =>
        classifier.TryClassify(new RequestSignals { PathValue = by }, Endpoints.Chat, "", "", static _ => null, out _, out ClassificationProblem? problem)
            ? answer(context)
            : ProblemWriter.WriteAsync(context, Intake.Refusal(problem));

    private Task ListAsync(HttpContext context) => context.Response.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        Principal caller = Principal.Of(context);
        foreach (string model in table.Models.Where(caller.Allows))
        {
            Write(json, model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private Task ShowAsync(HttpContext context, string model)
    {
        Principal caller = Principal.Of(context);
        if (!caller.Allows(model))
        {
            return ProblemWriter.WriteAsync(context, AccessProblems.Model(caller, model));
        }

        (Leeway.Routing.Route? route, RouteProblem? problem) = table.Resolve(model);
        return route is null
            ? ProblemWriter.WriteAsync(context, BodyProblems.From(problem!))
            : context.Response.WriteJsonAsync(json => Write(json, model));
    }

    private void Write(Utf8JsonWriter json, string model)
    {
        json.WriteStartObject();
        json.WriteString("id", model);
        json.WriteString("object", "model");
        json.WriteNumber("created", Created);
        json.WriteString("owned_by", table.Resolve(model).Route?.Primary.Provider ?? "leeway");
        json.WriteEndObject();
    }
}
