using System.Text.Json;
using Leeway.Sandbox.GenerateContent;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Gemini;

internal static class GeminiModelEndpoints
{
    public static void MapGeminiModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1beta/models", (RequestDelegate)ListAsync);
        routes.MapGet("/v1beta/models/{id}", (RequestDelegate)(context =>
        {
            var id = (string)context.Request.RouteValues["id"]!;
            return ModelCatalog.Find(id, SandboxKind.Gemini) is { } model
                ? context.WriteJsonAsync(json => Write(json, model, id))
                : context.WriteErrorAsync(GenerateEndpoints.FindModel(id, SandboxKind.None, ModelUse.Chat, "getModel").Error!);
        }));
    }

    private static Task ListAsync(HttpContext context)
    {
        List<SandboxModel> models = [.. ModelCatalog.All.Where(model => model.ServedBy.HasFlag(SandboxKind.Gemini))];
        var (page, error) = GooglePage<SandboxModel>.Cut(context.Request, models, model => model.Id, 50, 1000);
        return page is null ? context.WriteErrorAsync(error!) : context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("models");
            foreach (var model in page.Objects)
            {
                Write(json, model, model.Id);
            }

            json.WriteEndArray();
            if (page.NextToken is { } token)
            {
                json.WriteString("nextPageToken", token);
            }

            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, SandboxModel model, string id)
    {
        var embeds = model.Use == ModelUse.Embeddings;
        json.WriteStartObject();
        json.WriteString("name", "models/" + id);
        json.WriteString("version", "001");
        json.WriteString("displayName", id);
        json.WriteNumber("inputTokenLimit", embeds ? 2048 : 1_048_576);
        json.WriteNumber("outputTokenLimit", embeds ? 1 : 65_536);
        json.WriteStartArray("supportedGenerationMethods");
        foreach (var method in embeds ? (string[])["embedContent", "batchEmbedContents", "asyncBatchEmbedContent"] : ["generateContent", "countTokens", "batchGenerateContent"])
        {
            json.WriteStringValue(method);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
