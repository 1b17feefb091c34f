using System.Text.Json;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Models;

/// <summary>The models of the vendor that is asked, in its shape.</summary>
internal static class ModelEndpoints
{
    /// <summary>2024-05-13, the day of the oldest model that matters here; the sandbox has no release dates.</summary>
    private static readonly DateTimeOffset s_created = new(2024, 5, 13, 0, 0, 0, TimeSpan.Zero);

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/models", (RequestDelegate)ListAsync);
        routes.MapGet("/v1/models/{id}", (RequestDelegate)(context =>
        {
            var id = (string)context.Request.RouteValues["id"]!;
            var isClaude = IsAnthropic(context);
            return ModelCatalog.Find(id, context.Vendor()!.Kind) is not null ? context.WriteJsonAsync(json => Write(json, isClaude, id))
                : context.WriteErrorAsync(isClaude ? new ApiError(404, $"model: {id}") : ApiError.UnknownModel(id));
        }));
    }

    private static Task ListAsync(HttpContext context)
    {
        var models = ModelCatalog.All.Where(model => model.ServedBy.HasFlag(context.Vendor()!.Kind)).ToList();
        if (!IsAnthropic(context))
        {
            return context.WriteJsonAsync(json =>
            {
                json.WriteStartObject();
                json.WriteString("object", "list");
                json.WriteStartArray("data");
                models.ForEach(model => Write(json, false, model.Id));
                json.WriteEndArray();
                json.WriteEndObject();
            });
        }

        var (page, error) = AnthropicPage<SandboxModel>.Cut(context.Request, models, model => model.Id);
        return page is null
            ? context.WriteErrorAsync(error!)
            : context.WriteJsonAsync(json => page.WriteTo(json, model => model.Id, (writer, model) => Write(writer, true, model.Id)));
    }

    private static bool IsAnthropic(HttpContext context) => context.Vendor()!.Kind == SandboxKind.Anthropic;

    private static void Write(Utf8JsonWriter json, bool isAnthropic, string id)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        if (isAnthropic)
        {
            json.WriteString("type", "model");
            json.WriteString("display_name", id);
            json.WriteString("created_at", s_created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteNumber("max_input_tokens", 200_000);
            json.WriteNumber("max_tokens", 64_000);
        }
        else
        {
            json.WriteString("object", "model");
            json.WriteNumber("created", s_created.ToUnixTimeSeconds());
            json.WriteString("owned_by", "system");
        }

        json.WriteEndObject();
    }
}
