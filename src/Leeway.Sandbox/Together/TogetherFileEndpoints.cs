using System.Text.Json;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Together;

/// <summary>Files, uploaded at a path of its own and shown with keys in three styles.</summary>
internal static class TogetherFileEndpoints
{
    public static void MapTogetherFiles(this IEndpointRouteBuilder routes, SandboxWorld world, FileRules rules)
    {
        routes.MapPost("/files/upload", (RequestDelegate)(context => UploadAsync(context, world, rules)));
        routes.MapGet("/files", (RequestDelegate)(context => context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            rules.Store.All().ForEach(file => Write(json, file));
            json.WriteEndArray();
            json.WriteEndObject();
        })));
        routes.MapGet("/files/{id}", (RequestDelegate)(context => WithFileAsync(context, rules, file => context.WriteJsonAsync(json => Write(json, file)))));
        routes.MapGet("/files/{id}/content", (RequestDelegate)(context => WithFileAsync(context, rules, file =>
        {
            context.Response.ContentType = "application/octet-stream";
            return file.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        })));
        routes.MapDelete("/files/{id}", (RequestDelegate)(context => WithFileAsync(context, rules, file =>
        {
            rules.Store.Delete(file.Id);
            return context.WriteJsonAsync(json =>
            {
                json.WriteStartObject();
                json.WriteString("id", file.Id);
                json.WriteBoolean("deleted", true);
                json.WriteEndObject();
            });
        })));
    }

    private static async Task UploadAsync(HttpContext context, SandboxWorld world, FileRules rules)
    {
        var (file, error) = await FileUpload.ReceiveAsync(context.Request, rules, world.Clock.Now, context.RequestAborted);
        if (file is null)
        {
            await context.WriteErrorAsync(error!);
        }
        else if (world.Faults.Strikes(FaultKind.UploadLost))
        {
            context.Abort();
        }
        else
        {
            await context.WriteJsonAsync(json => Write(json, file));
        }
    }

    /// <summary>The value of <c>processing_status</c> is assumed.</summary>
    private static void Write(Utf8JsonWriter json, StoredFile file)
    {
        var lines = 0;
        JsonLine.VisitAll(file.Content, (_, _) => ++lines > 0);
        json.WriteStartObject();
        json.WriteString("id", file.Id);
        json.WriteString("object", "file");
        json.WriteNumber("created_at", file.CreatedAt.ToUnixTimeSeconds());
        json.WriteString("filename", file.Filename);
        json.WriteNumber("bytes", file.Content.Length);
        json.WriteString("purpose", file.Purpose);
        json.WriteString("FileType", "jsonl");
        json.WriteBoolean("Processed", true);
        json.WriteNumber("LineCount", lines);
        json.WriteString("processing_status", "COMPLETED");
        json.WriteEndObject();
    }

    private static Task WithFileAsync(HttpContext context, FileRules rules, Func<StoredFile, Task> use)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return rules.Store.Find(id) is { } file ? use(file) : context.WriteErrorAsync(new ApiError(404, $"file not found: {id}"));
    }
}
