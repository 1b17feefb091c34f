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

/// <summary><c>GET /v1/models</c> and one of them: the names this gateway routes, in the shape of the vendor whose client asks.</summary>
internal sealed class ModelRoutes(RouteTable table, RequestClassifier classifier)
{
    // Models have no creation date here; the shapes want one.
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
        Principal caller = Principal.Of(context);
        string[] models = [.. table.Models.Where(caller.Allows)];
        Dialect dialect = DialectOf(context);
        json.WriteStartObject();
        if (dialect == Dialect.OpenAI)
        {
            json.WriteString("object", "list");
        }

        json.WriteStartArray("data");
        foreach (string model in models)
        {
            Write(json, dialect, model);
        }

        json.WriteEndArray();
        if (dialect == Dialect.Anthropic)
        {
            // There is one page, whatever was asked for.
            json.WriteBoolean("has_more", false);
            json.WriteString("first_id", models.FirstOrDefault());
            json.WriteString("last_id", models.LastOrDefault());
        }

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
            : context.Response.WriteJsonAsync(json => Write(json, DialectOf(context), model));
    }

    /// <summary>Both vendors have these paths; Anthropic's clients always send their version.</summary>
    private static Dialect DialectOf(HttpContext context) => context.Request.Headers.ContainsKey("anthropic-version") ? Dialect.Anthropic : Dialect.OpenAI;

    private void Write(Utf8JsonWriter json, Dialect dialect, string model)
    {
        json.WriteStartObject();
        json.WriteString("id", model);
        if (dialect == Dialect.Anthropic)
        {
            json.WriteString("type", "model");
            json.WriteString("display_name", model);
            json.WriteString("created_at", DateTimeOffset.FromUnixTimeSeconds(Created));
            json.WriteString("lifecycle", "active");
            json.WriteNull("capabilities");
            json.WriteNull("line");
            json.WriteNull("max_input_tokens");
            json.WriteNull("max_tokens");
            json.WriteNull("deprecated_at");
            json.WriteNull("retires_at");
        }
        else
        {
            json.WriteString("object", "model");
            json.WriteNumber("created", Created);
            json.WriteString("owned_by", table.Resolve(model).Route?.Primary.Provider ?? "leeway");
        }

        json.WriteEndObject();
    }
}
