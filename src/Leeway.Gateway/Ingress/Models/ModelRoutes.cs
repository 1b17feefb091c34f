using System.Text.Json;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Leeway.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Ingress.Models;

/// <summary><c>GET /v1/models</c> and one of them: the names this gateway routes.</summary>
internal sealed class ModelRoutes(RouteTable table)
{
    // Models have no creation date here; OpenAI's shape wants one.
    private const long Created = 0;

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (string prefix in new[] { "", "/by/{by}" })
        {
            routes.MapGet($"{prefix}/v1/models", ListAsync);
            routes.MapGet($"{prefix}/v1/models/{{**model}}", (HttpContext context, string model) => ShowAsync(context, model));
        }
    }

    private Task ListAsync(HttpContext context) => context.Response.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (string model in table.Models)
        {
            Write(json, model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private Task ShowAsync(HttpContext context, string model)
    {
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
