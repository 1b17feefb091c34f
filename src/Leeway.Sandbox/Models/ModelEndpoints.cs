using System.Text.Json;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Models;

internal static class ModelEndpoints
{
    /// <summary>2024-05-13, the day of the oldest model that matters here; the sandbox has no release dates.</summary>
    private const long Created = 1_715_558_400;

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/models", (RequestDelegate)(context => context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (var model in ModelCatalog.All)
            {
                Write(json, model.Id);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        })));
        routes.MapGet("/v1/models/{id}", (RequestDelegate)(context =>
        {
            var id = (string)context.Request.RouteValues["id"]!;
            return ModelCatalog.Find(id) is null
                ? context.WriteErrorAsync(ApiError.UnknownModel(id))
                : context.WriteJsonAsync(json => Write(json, id));
        }));
    }

    private static void Write(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", "model");
        json.WriteNumber("created", Created);
        json.WriteString("owned_by", "system");
        json.WriteEndObject();
    }
}
